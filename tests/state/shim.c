/* Stands between a program and the C library: counts the calls that touch files below one folder, and at a given one kills the
 * process, lets the call fail, or cuts a write in half; or records everything that is written, for a loss of power to be played.
 *
 *   SHIM_ROOT    the folder, an absolute path
 *   SHIM_COUNT   a file that gets the number of calls at the end
 *   SHIM_AT      the call at which something happens, from 1
 *   SHIM_DO      kill: before the call; half: in the middle of a write, else before the call; a number: the call fails with this errno
 *   SHIM_LASTS   if set, so does every later call of the same name
 *   SHIM_ONLY    names of the calls that are counted, with commas around each: ,write,fsync,
 *   SHIM_LOG     a file that gets everything that is written
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *root, *counting, *only, *what;
static size_t root_len;
static long calls, at, failing;
static int lasts, log_fd = -1;
static const char *struck; /* the name of the call that failed */
#define MOST 4096
static char *paths[MOST]; /* of open files below the root */

static void begin(void) {
  static int begun;
  if (begun) return;
  begun = 1;
  root = getenv("SHIM_ROOT");
  root_len = root ? strlen(root) : 0;
  counting = getenv("SHIM_COUNT");
  only = getenv("SHIM_ONLY");
  what = getenv("SHIM_DO");
  lasts = getenv("SHIM_LASTS") != NULL;
  at = getenv("SHIM_AT") ? atol(getenv("SHIM_AT")) : 0;
  failing = what ? atol(what) : 0;
  if (getenv("SHIM_LOG")) log_fd = syscall(SYS_openat, AT_FDCWD, getenv("SHIM_LOG"), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
}

static int below(const char *path) {
  return root && path && !strncmp(path, root, root_len) && (path[root_len] == '/' || !path[root_len]);
}

static int ours(int fd) { return fd >= 0 && fd < MOST && paths[fd]; }

/* The whole path of one that may be relative. */
static const char *whole(int dir, const char *path, char *room) {
  if (!path || path[0] == '/') return path;
  char base[PATH_MAX] = "";
  if (dir == AT_FDCWD) {
    if (!getcwd(base, sizeof base)) return path;
  } else if (ours(dir)) {
    snprintf(base, sizeof base, "%s", paths[dir]);
  } else {
    return path;
  }
  snprintf(room, PATH_MAX, "%.2000s/%.2000s", base, path);
  return room;
}

/* Counts a call; 0 if it may go on, else it fails with errno. For a write, `half` is set if half of it is to be done. */
static int strike(const char *name, int *half) {
  if (only) {
    char key[64];
    snprintf(key, sizeof key, ",%s,", name);
    if (!strstr(only, key)) return 0;
  }
  pthread_mutex_lock(&lock);
  long now = ++calls;
  int hit = at && (now == at || (lasts && now > at && struck && !strcmp(struck, name)));
  if (hit && now == at) struck = name;
  pthread_mutex_unlock(&lock);
  if (!hit || !what) return 0;
  if (failing > 0) {
    errno = (int)failing;
    return -1;
  }
  if (!strcmp(what, "half") && half) {
    *half = 1;
    return 0;
  }
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

__attribute__((destructor)) static void end(void) {
  if (!counting) return;
  char text[32];
  int n = snprintf(text, sizeof text, "%ld\n", calls);
  int fd = syscall(SYS_openat, AT_FDCWD, counting, O_CREAT | O_WRONLY | O_TRUNC, 0600);
  if (fd >= 0 && syscall(SYS_write, fd, text, n) != n) _exit(99);
}

/* One record: the name of the call, two paths, an offset, and bytes; each text with its length before it. */
static void note(const char *name, const char *a, const char *b, int64_t offset, const void *bytes, size_t length) {
  if (log_fd < 0) return;
  uint32_t sizes[3] = {strlen(name), a ? strlen(a) : 0, b ? strlen(b) : 0};
  uint64_t tail[2] = {(uint64_t)offset, length};
  struct iovec parts[] = {{sizes, sizeof sizes}, {tail, sizeof tail}, {(void *)name, sizes[0]},
                          {(void *)a, sizes[1]}, {(void *)b, sizes[2]}, {(void *)bytes, length}};
  pthread_mutex_lock(&lock);
  if (syscall(SYS_writev, log_fd, parts, 6) < 0) _exit(98);
  pthread_mutex_unlock(&lock);
}

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name); begin()

static void remember(int fd, const char *path) {
  if (fd < 0 || fd >= MOST) return;
  free(paths[fd]);
  paths[fd] = strdup(path);
}

static int opened(int dir, const char *path, int flags, mode_t mode) {
  begin();
  char room[PATH_MAX];
  const char *full = whole(dir, path, room);
  if (!below(full)) return syscall(SYS_openat, dir, path, flags, mode);
  if (strike("open", NULL)) return -1;
  int fresh = (flags & O_CREAT) && syscall(SYS_faccessat, dir, path, F_OK) != 0;
  int fd = syscall(SYS_openat, dir, path, flags, mode);
  if (fd < 0) return fd;
  remember(fd, full);
  if (fresh) note("create", full, NULL, 0, NULL, 0);
  else if (flags & O_TRUNC) note("truncate", full, NULL, 0, NULL, 0);
  return fd;
}

#define OPEN(name)                                     \
  int name(const char *path, int flags, ...) {         \
    va_list rest;                                      \
    va_start(rest, flags);                             \
    mode_t mode = va_arg(rest, mode_t);                \
    va_end(rest);                                      \
    return opened(AT_FDCWD, path, flags, mode);        \
  }
OPEN(open)
OPEN(open64)
#define OPENAT(name)                                   \
  int name(int dir, const char *path, int flags, ...) { \
    va_list rest;                                      \
    va_start(rest, flags);                             \
    mode_t mode = va_arg(rest, mode_t);                \
    va_end(rest);                                      \
    return opened(dir, path, flags, mode);             \
  }
OPENAT(openat)
OPENAT(openat64)
int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int fd) {
  begin();
  if (ours(fd)) {
    /* The file is closed whatever the call says. */
    int failed = strike("close", NULL);
    int saved = errno;
    free(paths[fd]);
    paths[fd] = NULL;
    int done = syscall(SYS_close, fd);
    if (failed) errno = saved;
    return failed ? -1 : done;
  }
  return syscall(SYS_close, fd);
}

ssize_t read(int fd, void *to, size_t n) {
  begin();
  if (ours(fd) && strike("read", NULL)) return -1;
  return syscall(SYS_read, fd, to, n);
}

ssize_t write(int fd, const void *from, size_t n) {
  begin();
  if (!ours(fd)) return syscall(SYS_write, fd, from, n);
  int half = 0;
  if (strike("write", &half)) return -1;
  off_t offset = lseek(fd, 0, SEEK_CUR);
  ssize_t done = syscall(SYS_write, fd, from, half ? n / 2 : n);
  if (half) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
  }
  if (done > 0) note("write", paths[fd], NULL, offset, from, done);
  return done;
}

ssize_t pwrite64(int fd, const void *from, size_t n, off64_t offset) {
  begin();
  if (ours(fd) && strike("write", NULL)) return -1;
  ssize_t done = syscall(SYS_pwrite64, fd, from, n, offset);
  if (done > 0 && ours(fd)) note("write", paths[fd], NULL, offset, from, done);
  return done;
}
ssize_t pwrite(int fd, const void *from, size_t n, off_t offset) { return pwrite64(fd, from, n, offset); }

ssize_t writev(int fd, const struct iovec *parts, int count) {
  begin();
  if (!ours(fd)) return syscall(SYS_writev, fd, parts, count);
  ssize_t all = 0;
  for (int i = 0; i < count; i++) {
    ssize_t done = write(fd, parts[i].iov_base, parts[i].iov_len);
    if (done < 0) return all ? all : -1;
    all += done;
    if ((size_t)done < parts[i].iov_len) break;
  }
  return all;
}

#define SYNC(name)                                     \
  int name(int fd) {                                   \
    REAL(name);                                        \
    if (!ours(fd)) return real(fd);                    \
    if (strike("fsync", NULL)) return -1;              \
    int done = real(fd);                               \
    if (!done) note("fsync", paths[fd], NULL, 0, NULL, 0); \
    return done;                                       \
  }
SYNC(fsync)
SYNC(fdatasync)

static int cut(int fd, off64_t length) {
  if (ours(fd) && strike("truncate", NULL)) return -1;
  int done = syscall(SYS_ftruncate, fd, length);
  if (!done && ours(fd)) note("truncate", paths[fd], NULL, length, NULL, 0);
  return done;
}
int ftruncate(int fd, off_t length) { begin(); return cut(fd, length); }
int ftruncate64(int fd, off64_t length) { begin(); return cut(fd, length); }

static int pair(const char *name, int from_dir, const char *from, int to_dir, const char *to, long call, int flags) {
  begin();
  char room_a[PATH_MAX], room_b[PATH_MAX];
  const char *a = whole(from_dir, from, room_a), *b = whole(to_dir, to, room_b);
  if ((below(a) || below(b)) && strike(name, NULL)) return -1;
  int done = syscall(call, from_dir, from, to_dir, to, flags);
  if (!done && below(b)) note(name, a, b, 0, NULL, 0);
  return done;
}
int rename(const char *a, const char *b) { return pair("rename", AT_FDCWD, a, AT_FDCWD, b, SYS_renameat2, 0); }
int renameat(int d, const char *a, int e, const char *b) { return pair("rename", d, a, e, b, SYS_renameat2, 0); }
int renameat2(int d, const char *a, int e, const char *b, unsigned f) { return pair("rename", d, a, e, b, SYS_renameat2, (int)f); }
int link(const char *a, const char *b) { return pair("link", AT_FDCWD, a, AT_FDCWD, b, SYS_linkat, 0); }
int linkat(int d, const char *a, int e, const char *b, int f) { return pair("link", d, a, e, b, SYS_linkat, f); }

static int one(const char *name, int dir, const char *path, long call, int flags) {
  begin();
  char room[PATH_MAX];
  const char *full = whole(dir, path, room);
  if (below(full) && strike(name, NULL)) return -1;
  int done = syscall(call, dir, path, flags);
  if (!done && below(full)) note(name, full, NULL, 0, NULL, 0);
  return done;
}
int unlink(const char *path) { return one("unlink", AT_FDCWD, path, SYS_unlinkat, 0); }
int rmdir(const char *path) { return one("rmdir", AT_FDCWD, path, SYS_unlinkat, AT_REMOVEDIR); }
int unlinkat(int dir, const char *path, int flags) {
  return one(flags & AT_REMOVEDIR ? "rmdir" : "unlink", dir, path, SYS_unlinkat, flags);
}
int mkdir(const char *path, mode_t mode) { return one("mkdir", AT_FDCWD, path, SYS_mkdirat, (int)mode); }
int mkdirat(int dir, const char *path, mode_t mode) { return one("mkdir", dir, path, SYS_mkdirat, (int)mode); }

int flock(int fd, int how) {
  begin();
  if (ours(fd) && strike("flock", NULL)) return -1;
  return syscall(SYS_flock, fd, how);
}
int fchmod(int fd, mode_t mode) {
  begin();
  if (ours(fd) && strike("chmod", NULL)) return -1;
  return syscall(SYS_fchmod, fd, mode);
}
