/*
 * Preloaded into a child of a spec: counts every call of the process that changes files under DISK_UNDER, those of Node,
 * of LevelDB and of Redis, and lets the one with the number DISK_AT (and DISK_TIMES - 1 after it) go wrong as DISK_DO says:
 *
 *   kill    the process is killed before the call
 *   half    half of what is written is written, then it is killed
 *   power   it is killed, and everything that was not synced is gone
 *   an errno such as 28 (ENOSPC) or 5 (EIO): the call fails with it; DISK_ONLY=sync counts nothing but syncs
 *
 * How many calls there were stands in the file DISK_COUNT, eight bytes, also after a kill. LevelDB writes by stdio, whose
 * calls count where they reach the system.
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
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

enum fault { NOTHING, KILL, HALF, POWER, FAIL };
enum call { CHANGE, WRITE, SYNC };

static const char *under;
static size_t under_length;
static enum fault fault;
static int error_number;
static int only_syncs;
static uint64_t first, last;
static uint64_t *count;

/* How far each file is synced, for POWER. */
struct file {
  char path[PATH_MAX];
  off_t synced;
};
static struct file files[256];
static size_t file_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t number_from(const char *name, uint64_t otherwise) {
  const char *text = getenv(name);
  return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

__attribute__((constructor)) static void begin(void) {
  static uint64_t nowhere;
  const char *counted = getenv("DISK_COUNT"), *what = getenv("DISK_DO"), *only = getenv("DISK_ONLY");
  /* A program may write its title over its environment, as Redis does. */
  const char *given = getenv("DISK_UNDER");
  under = given == NULL ? NULL : strdup(given);
  under_length = under == NULL ? 0 : strlen(under);
  first = number_from("DISK_AT", 0);
  last = first + number_from("DISK_TIMES", 1) - 1;
  only_syncs = only != NULL && strcmp(only, "sync") == 0;
  if (what != NULL) {
    fault = strcmp(what, "kill") == 0 ? KILL : strcmp(what, "half") == 0 ? HALF : strcmp(what, "power") == 0 ? POWER : FAIL;
    if (fault == FAIL) error_number = atoi(what);
  }
  count = &nowhere;
  if (counted == NULL) return;
  int fd = REAL(open64)(counted, O_RDWR | O_CREAT, 0600);
  if (fd < 0 || REAL(ftruncate64)(fd, sizeof *count) != 0) abort();
  void *shared = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (shared == MAP_FAILED) abort();
  count = shared;
  close(fd);
}

static int is_ours(const char *path) {
  return under != NULL && strncmp(path, under, under_length) == 0 && (path[under_length] == '/' || path[under_length] == 0);
}

/* The path of an open file, if it is one of ours. */
static int path_of(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_ours(path);
}

static struct file *file_at(const char *path) {
  for (size_t at = 0; at < file_count; at++)
    if (strcmp(files[at].path, path) == 0) return &files[at];
  return NULL;
}

static void synced(const char *path, off_t size) {
  pthread_mutex_lock(&lock);
  struct file *file = file_at(path);
  if (file == NULL && file_count < sizeof files / sizeof *files) {
    file = &files[file_count++];
    strcpy(file->path, path);
  }
  if (file == NULL) abort();
  file->synced = size;
  pthread_mutex_unlock(&lock);
}

static void die(void) {
  if (fault == POWER) {
    pthread_mutex_lock(&lock);
    for (size_t at = 0; at < file_count; at++) {
      struct stat now;
      /* Another thread may write on until the signal comes; the next call of each one ends here as well. */
      if (stat(files[at].path, &now) == 0 && now.st_size > files[at].synced) (void)!truncate(files[at].path, files[at].synced);
    }
  }
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

/* Counts a call. True when it is to fail, errno set; does not come back when the process is to end. */
static int fails(enum call call) {
  if (only_syncs && call != SYNC) return 0;
  uint64_t number = __atomic_add_fetch(count, 1, __ATOMIC_SEQ_CST);
  if (fault == NOTHING || number < first || (fault == FAIL && number > last)) return 0;
  if (fault != FAIL) {
    if (fault == HALF && call == WRITE && number == first) return 1;
    die();
  }
  errno = error_number;
  return 1;
}

static int opened(const char *path, int flags, int existed, int fd) {
  if (fd >= 0 && fault == POWER && (flags & O_ACCMODE) != O_RDONLY) {
    struct stat now;
    if (!existed || flags & O_TRUNC) synced(path, 0);
    else if (file_at(path) == NULL && fstat(fd, &now) == 0) synced(path, now.st_size);
  }
  return fd;
}

#define OPEN(name)                                                                       \
  int name(const char *path, int flags, ...) {                                           \
    mode_t mode = 0;                                                                     \
    if (flags & O_CREAT) {                                                               \
      va_list rest;                                                                      \
      va_start(rest, flags);                                                             \
      mode = va_arg(rest, mode_t);                                                       \
      va_end(rest);                                                                      \
    }                                                                                    \
    if (!is_ours(path)) return REAL(name)(path, flags, mode);                            \
    int existed = access(path, F_OK) == 0;                                               \
    if (((flags & O_CREAT && !existed) || flags & O_TRUNC) && fails(CHANGE)) return -1;  \
    return opened(path, flags, existed, REAL(name)(path, flags, mode));                  \
  }
OPEN(open)
OPEN(open64)

#define WRITTEN(half, whole)                                \
  char path[PATH_MAX];                                      \
  if (!path_of(fd, path) || !fails(WRITE)) return whole;    \
  if (fault == HALF) {                                      \
    (void)!half;                                            \
    die();                                                  \
  }                                                         \
  return -1;

ssize_t write(int fd, const void *bytes, size_t length) {
  WRITTEN(REAL(write)(fd, bytes, length / 2), REAL(write)(fd, bytes, length))
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  WRITTEN(REAL(pwrite64)(fd, bytes, length / 2, at), REAL(pwrite64)(fd, bytes, length, at))
}
ssize_t writev(int fd, const struct iovec *parts, int length) {
  WRITTEN(REAL(writev)(fd, parts, length / 2), REAL(writev)(fd, parts, length))
}

#define SYNCED(name)                                                  \
  int name(int fd) {                                                  \
    char path[PATH_MAX];                                              \
    if (!path_of(fd, path)) return REAL(name)(fd);                    \
    if (fails(SYNC)) return -1;                                       \
    struct stat now;                                                  \
    int known = fstat(fd, &now) == 0 && S_ISREG(now.st_mode);         \
    int result = REAL(name)(fd);                                      \
    if (result == 0 && known && fault == POWER) synced(path, now.st_size); \
    return result;                                                    \
  }
SYNCED(fsync)
SYNCED(fdatasync)

int rename(const char *from, const char *to) {
  if (is_ours(from) || is_ours(to)) {
    if (fails(CHANGE)) return -1;
    pthread_mutex_lock(&lock);
    struct file *old = file_at(to), *moved = file_at(from);
    if (old != NULL) old->path[0] = 0;
    if (moved != NULL) strcpy(moved->path, to);
    pthread_mutex_unlock(&lock);
  }
  return REAL(rename)(from, to);
}

/* A full disk lets go of what is on it. */
#define SHORTENED(name, type)                                                                      \
  int name(int fd, type length) {                                                                  \
    char path[PATH_MAX];                                                                           \
    int full = fault == FAIL && error_number == ENOSPC;                                            \
    return !full && path_of(fd, path) && fails(CHANGE) ? -1 : REAL(name)(fd, length);              \
  }
SHORTENED(ftruncate, off_t)
SHORTENED(ftruncate64, off64_t)

#define CHANGED(name, parameters, arguments)                  \
  int name parameters {                                       \
    if (is_ours(path) && fails(CHANGE)) return -1;            \
    return REAL(name) arguments;                              \
  }
CHANGED(unlink, (const char *path), (path))
CHANGED(remove, (const char *path), (path))
CHANGED(rmdir, (const char *path), (path))
CHANGED(mkdir, (const char *path, mode_t mode), (path, mode))
CHANGED(link, (const char *from, const char *path), (from, path))

FILE *fopen64(const char *path, const char *mode) {
  if (!is_ours(path) || *mode == 'r') return REAL(fopen64)(path, mode);
  int existed = access(path, F_OK) == 0;
  if ((*mode == 'w' || !existed) && fails(CHANGE)) return NULL;
  FILE *file = REAL(fopen64)(path, mode);
  if (file != NULL) opened(path, O_WRONLY | (*mode == 'w' ? O_TRUNC : 0), existed, fileno(file));
  return file;
}

/* Whether writing out what waits in this file fails. */
static int flush_fails(FILE *file) {
  char path[PATH_MAX];
  size_t waiting = __fpending(file);
  if (waiting == 0 || !path_of(fileno(file), path) || !fails(WRITE)) return 0;
  if (fault == HALF) {
    (void)!REAL(write)(fileno(file), file->_IO_write_base, waiting / 2);
    die();
  }
  return 1;
}

#define FLUSHED(name) \
  int name(FILE *file) { return file != NULL && flush_fails(file) ? EOF : REAL(name)(file); }
FLUSHED(fflush)
FLUSHED(fflush_unlocked)

int fclose(FILE *file) {
  int failed = flush_fails(file), number = errno;
  if (failed) __fpurge(file);
  int result = REAL(fclose)(file);
  if (!failed) return result;
  errno = number;
  return EOF;
}

/* What does not fit into the buffer is written at once. */
#define BUFFERED(name)                                                                    \
  size_t name(const void *bytes, size_t size, size_t length, FILE *file) {                \
    char path[PATH_MAX];                                                                  \
    size_t buffer = __fbufsize(file) == 0 ? BUFSIZ : __fbufsize(file);                    \
    int fits = __fpending(file) + size * length < (buffer < 4096 ? buffer : 4096);        \
    if (fits || !path_of(fileno(file), path) || !fails(WRITE))                            \
      return REAL(name)(bytes, size, length, file);                                       \
    if (fault == HALF) {                                                                  \
      REAL(name)(bytes, size, length / 2, file);                                          \
      REAL(fflush_unlocked)(file);                                                        \
      die();                                                                              \
    }                                                                                     \
    return 0;                                                                             \
  }
BUFFERED(fwrite)
BUFFERED(fwrite_unlocked)

/* How libuv copies a file. */
ssize_t sendfile64(int fd, int from, off64_t *at, size_t length) {
  WRITTEN(REAL(sendfile64)(fd, from, at, length / 2), REAL(sendfile64)(fd, from, at, length))
}
long syscall(long number, ...) {
  va_list rest;
  va_start(rest, number);
  long a = va_arg(rest, long), b = va_arg(rest, long), c = va_arg(rest, long);
  long d = va_arg(rest, long), e = va_arg(rest, long), f = va_arg(rest, long);
  va_end(rest);
  char path[PATH_MAX];
  if (number == SYS_copy_file_range && path_of((int)c, path) && fails(WRITE)) {
    if (fault == HALF) {
      (void)REAL(syscall)(number, a, b, c, d, e / 2, f);
      die();
    }
    return -1;
  }
  return REAL(syscall)(number, a, b, c, d, e, f);
}
