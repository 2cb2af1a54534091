/*
 * An ACR122U on a USB that is made up: what libnfc calls of libusb 0.1 is answered here, by the emulated
 * PN532 in the frames that the reader puts around it (CCID, and the pseudo-APDU FF 00 00 00).
 *
 * There is one USB.  A program that names a function of this header has its libnfc call these instead
 * of libusb's.  Driver and chip take turns in one thread.
 */
#ifndef YOUDAI_TESTS_USB_READER_H
#define YOUDAI_TESTS_USB_READER_H

#include "tests/pn532_chip.h"

#define USB_READER_ADDRESS "acr122_usb:001:004" /* of a SPEC, behind "nfc:" */

/* Plug in a reader whose chip is fresh, without a card; the chip, for pn532_chip_put. */
struct pn532_chip *usb_reader_plug(void);

/* Pull it out; what was opened fails from now on. */
void usb_reader_unplug(void);

/* What is open, and never closed, of libusb's handles. */
int usb_reader_handles(void);

#endif
