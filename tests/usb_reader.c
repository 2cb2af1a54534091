#include "tests/usb_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <usb.h>

#define CCID_HEAD    10 /* [byte] */
#define ANSWER_LIMIT (CCID_HEAD + 271)
#define BULK_IN      0x82
#define BULK_OUT     0x02
#define VENDOR       0x072f
#define PRODUCT      0x2200

enum { ICC_POWER_ON = 0x62, XFR_BLOCK = 0x6f, DATA_BLOCK = 0x80 };

struct usb_dev_handle {
	bool open;
};

struct wires {
	bool plugged;
	int handles;
	struct usb_dev_handle handle;
	struct pn532_chip chip;
	uint8_t answer[ANSWER_LIMIT];
	size_t answer_length; /* 0: none */
};

/* libusb 0.1 has one USB for a whole process, and so has this. */
static struct wires wires;

/* --- descriptors --- */

static struct usb_endpoint_descriptor endpoints[] = {
	{ .bEndpointAddress = BULK_IN,
	  .bmAttributes = USB_ENDPOINT_TYPE_BULK,
	  .wMaxPacketSize = 64 },
	{ .bEndpointAddress = BULK_OUT,
	  .bmAttributes = USB_ENDPOINT_TYPE_BULK,
	  .wMaxPacketSize = 64 },
};
static struct usb_interface_descriptor setting = {
	.bNumEndpoints = 2,
	.bInterfaceClass = 0x0b, /* smart card */
	.endpoint = endpoints,
};
static struct usb_interface interface = { .altsetting = &setting, .num_altsetting = 1 };
static struct usb_config_descriptor config = { .bNumInterfaces = 1, .interface = &interface };
static struct usb_bus bus;
static struct usb_device device;

static void lay_out(void)
{
	snprintf(bus.dirname, sizeof bus.dirname, "001");
	snprintf(device.filename, sizeof device.filename, "004");
	bus.devices = wires.plugged ? &device : NULL;
	device.bus = &bus;
	device.config = &config;
	device.descriptor.idVendor = VENDOR;
	device.descriptor.idProduct = PRODUCT;
	device.descriptor.bNumConfigurations = 1;
	device.descriptor.iManufacturer = 1;
	device.descriptor.iProduct = 2;
}

/* --- the reader's side --- */

struct pn532_chip *usb_reader_plug(void)
{
	wires.plugged = true;
	wires.answer_length = 0;
	memset(&wires.chip, 0, sizeof wires.chip);
	pn532_chip_power(&wires.chip);
	lay_out();
	return &wires.chip;
}

void usb_reader_unplug(void)
{
	wires.plugged = false;
	lay_out();
}

int usb_reader_handles(void)
{
	return wires.handles;
}

/* RDR_to_PC_DataBlock: the answer's length stands there in four bytes. */
static void answer(uint8_t sequence, const uint8_t *bytes, size_t length)
{
	uint8_t *out = wires.answer;
	if (length > ANSWER_LIMIT - CCID_HEAD) {
		abort();
	}
	memset(out, 0, CCID_HEAD);
	out[0] = DATA_BLOCK;
	out[1] = (uint8_t)(length & 0xff);
	out[2] = (uint8_t)(length >> 8);
	out[6] = sequence;
	memcpy(out + CCID_HEAD, bytes, length);
	wires.answer_length = CCID_HEAD + length;
}

static const uint8_t done[] = { 0x90, 0x00 };

/* FF 00 00 00 Lc, and what the chip is to be told: D4, the command, its parameters. */
static void direct_transmit(uint8_t sequence, const uint8_t *told, size_t length)
{
	uint8_t data[PN532_DATA_MAX];
	uint8_t out[PN532_DATA_MAX + 4];
	size_t data_length = 0;
	static const uint8_t failed[] = { 0x63, 0x00 };
	if (length < 2 || told[0] != 0xd4 ||
	    pn532_chip_run(&wires.chip, data, &data_length, told + 1, length - 1) !=
		    PN532_ANSWERED) {
		answer(sequence, failed, sizeof failed);
		return;
	}
	out[0] = 0xd5;
	out[1] = (uint8_t)(told[1] + 1);
	memcpy(out + 2, data, data_length);
	memcpy(out + 2 + data_length, done, sizeof done);
	answer(sequence, out, data_length + 4);
}

static void hear(const uint8_t *frame, size_t length)
{
	static const uint8_t atr[] = { 0x3b, 0x00 };
	static const uint8_t head[] = { 0xff, 0x00, 0x00, 0x00 };
	const uint8_t *apdu = frame + CCID_HEAD;
	size_t apdu_length = length - CCID_HEAD;
	if (frame[0] == ICC_POWER_ON) {
		answer(frame[6], atr, sizeof atr);
	} else if (apdu_length > 5 && memcmp(apdu, head, sizeof head) == 0 &&
		   apdu[4] == apdu_length - 5) {
		direct_transmit(frame[6], apdu + 5, apdu_length - 5);
	} else { /* lights, and what is looked for without being asked */
		answer(frame[6], done, sizeof done);
	}
}

/* --- what libnfc calls --- */

void usb_init(void)
{
}

int usb_find_busses(void)
{
	return 1;
}

int usb_find_devices(void)
{
	lay_out();
	return 1;
}

struct usb_bus *usb_get_busses(void)
{
	return &bus;
}

usb_dev_handle *usb_open(struct usb_device *which)
{
	if (!wires.plugged || which != &device) {
		return NULL;
	}
	wires.handles++;
	wires.handle.open = true;
	return &wires.handle;
}

int usb_close(usb_dev_handle *handle)
{
	handle->open = false;
	wires.handles--;
	return 0;
}

static int there(void)
{
	return wires.plugged ? 0 : -ENODEV;
}

int usb_reset(usb_dev_handle *handle)
{
	(void)handle;
	return there();
}

int usb_set_configuration(usb_dev_handle *handle, int configuration)
{
	(void)handle;
	(void)configuration;
	return there();
}

int usb_claim_interface(usb_dev_handle *handle, int number)
{
	(void)handle;
	(void)number;
	return there();
}

int usb_release_interface(usb_dev_handle *handle, int number)
{
	(void)handle;
	(void)number;
	return there();
}

int usb_set_altinterface(usb_dev_handle *handle, int alternate)
{
	(void)handle;
	(void)alternate;
	return there();
}

int usb_get_string_simple(usb_dev_handle *handle, int index, char *out, size_t size)
{
	static const char *const strings[] = { "", "ACS", "ACR122U PICC Interface" };
	(void)handle;
	return there() < 0 ? there() : snprintf(out, size, "%s", strings[index]);
}

int usb_bulk_write(usb_dev_handle *handle, int endpoint, const char *bytes, int size,
		   int timeout_ms)
{
	(void)handle;
	(void)endpoint;
	(void)timeout_ms;
	if (!wires.plugged) {
		return -ENODEV;
	}
	if (size >= CCID_HEAD) {
		hear((const uint8_t *)bytes, (size_t)size);
	}
	return size;
}

int usb_bulk_read(usb_dev_handle *handle, int endpoint, char *bytes, int size, int timeout_ms)
{
	(void)handle;
	(void)endpoint;
	(void)timeout_ms;
	if (!wires.plugged) {
		return -ENODEV;
	}
	size_t length = wires.answer_length;
	if (length == 0) {
		return -ETIMEDOUT;
	}
	if (length > (size_t)size) {
		length = (size_t)size;
	}
	memcpy(bytes, wires.answer, length);
	wires.answer_length = 0;
	return (int)length;
}
