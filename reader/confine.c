#include "reader/confine.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PATH_ROOM    1100 /* [byte] more than a SPEC may have */
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* --- files, while the device is opened (Landlock) --- */

#define TO_READ  (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define TO_WRITE (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG)
#define HANDLED                                                                            \
	(TO_READ | TO_WRITE | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_REMOVE_DIR | \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |                   \
	 LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_SOCK |                      \
	 LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |                    \
	 LANDLOCK_ACCESS_FS_MAKE_SYM)

/* Devices, and where libraries look for them and for their settings and plug-ins. */
static const struct {
	const char *path;
	uint64_t access;
} places[] = {
	{ "/dev", TO_READ | TO_WRITE },
	{ "/sys", TO_READ },
	{ "/proc", TO_READ },
	{ "/run/udev", TO_READ },
	{ "/etc", TO_READ },
	{ "/usr", TO_READ | LANDLOCK_ACCESS_FS_EXECUTE },
	{ "/lib", TO_READ | LANDLOCK_ACCESS_FS_EXECUTE },
	{ "/lib64", TO_READ | LANDLOCK_ACCESS_FS_EXECUTE },
};

static void allow_place(int ruleset, const char *path, uint64_t access)
{
	struct stat about;
	struct landlock_path_beneath_attr rule = {
		.allowed_access = access,
		.parent_fd = open(path, O_PATH | O_CLOEXEC),
	};

	if (rule.parent_fd < 0) {
		return;
	}
	if (fstat(rule.parent_fd, &about) == 0 && !S_ISDIR(about.st_mode)) {
		rule.allowed_access &= LANDLOCK_ACCESS_FS_READ_FILE;
	}
	syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
}

/* A picture is changed by putting another file in its place: its folder is what stays. */
static void allow_address(int ruleset, enum source_reach reach, const char *address)
{
	char path[PATH_ROOM];
	struct stat about;

	if (reach == SOURCE_REACH_DEVICE || strlen(address) >= sizeof path) {
		return;
	}
	memcpy(path, address, strlen(address) + 1);
	if (reach == SOURCE_REACH_PICTURES && stat(path, &about) == 0 && !S_ISDIR(about.st_mode)) {
		char *slash = strrchr(path, '/');

		memcpy(path, ".", slash == NULL ? 2 : 0);
		if (slash != NULL) {
			slash[slash == path] = '\0';
		}
	}
	allow_place(ruleset, path, TO_READ);
}

static bool close_files(enum source_reach reach, const char *address)
{
	const struct landlock_ruleset_attr handled = { .handled_access_fs = HANDLED };
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);

	if (ruleset < 0) {
		return false;
	}
	for (size_t i = 0; i < COUNT(places); i++) {
		allow_place(ruleset, places[i].path, places[i].access);
	}
	allow_address(ruleset, reach, address);
	bool closed = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;

	close(ruleset);
	return closed;
}

/* --- calls (seccomp) --- */

static void warn(const char *what)
{
	fprintf(stderr,
		"youdai: 读卡设备的进程未受限制 (%s)\n"
		"youdai: a reader's process is not confined (%s)\n",
		what, what);
}

/* Load a filter and forget it; false where it could not be built or the kernel has none. */
static bool load(scmp_filter_ctx filter, bool built)
{
	bool loaded = built && seccomp_load(filter) == 0;

	seccomp_release(filter);
	return loaded;
}

/* A call as far as one of its arguments is as given. */
struct limited {
	int call;
	unsigned argument;
	enum scmp_compare compare;
	scmp_datum_t a; /* of a masked comparison the mask, else the value */
	scmp_datum_t b; /* of a masked comparison the value */
};

static bool add_limited(scmp_filter_ctx filter, uint32_t action, const struct limited *limited,
			size_t count)
{
	bool added = true;

	for (size_t i = 0; added && i < count; i++) {
		const struct scmp_arg_cmp as_given = { .arg = limited[i].argument,
						       .op = limited[i].compare,
						       .datum_a = limited[i].a,
						       .datum_b = limited[i].b };

		added = seccomp_rule_add_array(filter, action, limited[i].call, 1, &as_given) == 0;
	}
	return added;
}

static bool add_whole(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t count)
{
	bool added = true;

	for (size_t i = 0; added && i < count; i++) {
		added = seccomp_rule_add(filter, action, calls[i], 0) == 0;
	}
	return added;
}

/* What has no place in opening a device. */
static const int forbidden[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(pidfd_open),
	SCMP_SYS(pidfd_send_signal),
	SCMP_SYS(kill),
	SCMP_SYS(tkill),
	SCMP_SYS(rt_sigqueueinfo),
	SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(keyctl),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(pivot_root),
	SCMP_SYS(chroot),
	SCMP_SYS(setns),
	SCMP_SYS(unshare),
	SCMP_SYS(reboot),
};

static bool close_calls(void)
{
	const struct limited unless[] = {
		/* libusb listens to the kernel over one of these; there is no other use for any. */
		{ SCMP_SYS(socket), 0, SCMP_CMP_NE, AF_NETLINK, 0 },
		/* abort() is a signal to oneself. */
		{ SCMP_SYS(tgkill), 0, SCMP_CMP_NE, (scmp_datum_t)getpid(), 0 },
		/* Who owns a descriptor is sent signals by the kernel: any, to anybody of ours. */
		{ SCMP_SYS(fcntl), 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, F_SETOWN },
		{ SCMP_SYS(fcntl), 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, F_SETOWN_EX },
		{ SCMP_SYS(ioctl), 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, FIOSETOWN },
		{ SCMP_SYS(ioctl), 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, SIOCSPGRP },
	};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	bool built = filter != NULL &&
		     add_whole(filter, SCMP_ACT_KILL_PROCESS, forbidden, COUNT(forbidden)) &&
		     add_limited(filter, SCMP_ACT_KILL_PROCESS, unless, COUNT(unless));

	return load(filter, built);
}

void confine_opening(enum source_reach reach, const char *address)
{
	tzset(); /* else the C library opens a file when it is first asked for a date */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !close_calls()) {
		warn("seccomp");
	}
	/* Debian's kernel has it switched on; others do well without, as calls are closed. */
	(void)close_files(reach, address);
}

/* What reading an open device, decoding, and sending the result takes. */
static const int allowed[] = {
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(pread64),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(sendto),
	SCMP_SYS(sendmsg),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(shutdown),
	SCMP_SYS(close),
	SCMP_SYS(lseek),
	SCMP_SYS(flock),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(select),
	SCMP_SYS(pselect6),
	SCMP_SYS(fstat),
	SCMP_SYS(stat),
	SCMP_SYS(lstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(statx),
	SCMP_SYS(access),
	SCMP_SYS(readlink),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(brk),
	SCMP_SYS(madvise),
	SCMP_SYS(mlock),
	SCMP_SYS(munlock),
	SCMP_SYS(futex),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(getrandom),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getppid),
	SCMP_SYS(getuid),
	SCMP_SYS(getrusage),
	SCMP_SYS(sysinfo),
	SCMP_SYS(uname),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/*
 * The kernel looks at 32 bits of an ioctl's number, so a comparison is masked.  What pushes bytes into
 * a terminal's input (TIOCSTI, TIOCLINUX) types commands into whatever reads it: of lines only
 * these are here.
 */
#define IOCTL_TYPE       0xff00
#define IOCTL_OF_USB     ('U' << 8)
#define IOCTL_OF_CAMERAS ('V' << 8)
static const struct limited limits[] = {
	{ SCMP_SYS(mmap), 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 },
	{ SCMP_SYS(mprotect), 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 },
	{ SCMP_SYS(prlimit64), 2, SCMP_CMP_EQ, 0, 0 },   /* to ask for a limit, not to set one */
	{ SCMP_SYS(fcntl), 1, SCMP_CMP_EQ, F_GETFD, 0 }, /* none that has signals sent */
	{ SCMP_SYS(fcntl), 1, SCMP_CMP_EQ, F_SETFD, 0 },
	{ SCMP_SYS(fcntl), 1, SCMP_CMP_EQ, F_GETFL, 0 },
	{ SCMP_SYS(fcntl), 1, SCMP_CMP_EQ, F_SETFL, 0 },
	{ SCMP_SYS(fcntl), 1, SCMP_CMP_EQ, F_DUPFD_CLOEXEC, 0 },
	{ SCMP_SYS(ioctl), 1, SCMP_CMP_MASKED_EQ, IOCTL_TYPE, IOCTL_OF_USB },
	{ SCMP_SYS(ioctl), 1, SCMP_CMP_MASKED_EQ, IOCTL_TYPE, IOCTL_OF_CAMERAS },
	{ SCMP_SYS(ioctl), 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, TCGETS },
	{ SCMP_SYS(ioctl), 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, TCSETS },
	{ SCMP_SYS(ioctl), 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, TCSETSW },
	{ SCMP_SYS(ioctl), 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, TCSETSF },
	{ SCMP_SYS(ioctl), 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, TCSBRK },
	{ SCMP_SYS(ioctl), 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, TCFLSH },
	{ SCMP_SYS(ioctl), 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, FIONREAD },
	{ SCMP_SYS(ioctl), 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, TIOCMGET },
	{ SCMP_SYS(ioctl), 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, TIOCMBIS },
	{ SCMP_SYS(ioctl), 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, TIOCMBIC },
	{ SCMP_SYS(ioctl), 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, TIOCMSET },
};

/* Pictures come and go: they are opened, but only to be read. */
#define TO_CHANGE (O_ACCMODE | O_CREAT | O_TRUNC)
static const struct limited picture_limits[] = {
	{ SCMP_SYS(open), 1, SCMP_CMP_MASKED_EQ, TO_CHANGE, O_RDONLY },
	{ SCMP_SYS(openat), 2, SCMP_CMP_MASKED_EQ, TO_CHANGE, O_RDONLY },
};

static bool open_calls(bool pictures)
{
	const struct limited to_itself = { SCMP_SYS(tgkill), 0, SCMP_CMP_EQ, (scmp_datum_t)getpid(),
					   0 };
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool built = filter != NULL && add_whole(filter, SCMP_ACT_ALLOW, allowed, COUNT(allowed)) &&
		     add_limited(filter, SCMP_ACT_ALLOW, limits, COUNT(limits)) &&
		     add_limited(filter, SCMP_ACT_ALLOW, &to_itself, 1);

	if (built && pictures) {
		built = add_limited(filter, SCMP_ACT_ALLOW, picture_limits, COUNT(picture_limits));
	}
	return load(filter, built);
}

static bool has_pictures(enum source_reach reach, const char *address)
{
	struct stat about;

	return reach == SOURCE_REACH_PICTURES && stat(address, &about) == 0 &&
	       !S_ISCHR(about.st_mode);
}

void confine_opened(enum source_reach reach, const char *address)
{
	if (!open_calls(has_pictures(reach, address))) {
		warn("seccomp");
	}
}
