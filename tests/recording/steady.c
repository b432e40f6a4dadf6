/*
 * Computes and waits in every way that an attaching recorder may come across, and watches that nothing is done to it: registers and
 * flags, results of interrupted calls, signals held back, signals that come, open files. Ends at the end of its input: 0 if all was right.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int ended;
static volatile long rounds[5], ticks;

static void wrong(const char *what) {
  fprintf(stderr, "wrong: %s: %s\n", what, strerror(errno));
  _exit(3);
}

static void tick(int signal) {
  (void)signal;
  ticks++;
}

static void check_mask(int held) {
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, NULL, &mask);
  for (int signal = 1; signal < 32; signal++)
    if (sigismember(&mask, signal) != (signal == held || signal == SIGALRM)) wrong("signals held back");
}

static void hold(int signal) {
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGALRM);
  sigaddset(&mask, signal);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

/* Never leaves user mode, so that a stop finds all its registers and flags in use. */
static long mixed(long from, long times) {
  long a = from, b = from + 1, c = from + 2, d = from + 3, e = from + 4, f = from + 5, g = from + 6;
  for (long i = 0; i < times; i++) {
    a += b ^ (c << 3);
    b = (b << 7) | ((unsigned long)b >> 57);
    c += a < b ? d : e;
    d ^= f + g;
    e = e * 6364136223846793005 + 1442695040888963407;
    __asm__ volatile("add %1, %0\n\tadc $0, %0" : "+r"(f) : "r"(e) : "cc");
    g += f ^ c;
  }
  return a ^ b ^ c ^ d ^ e ^ f ^ g;
}

static void *compute(void *none) {
  hold(SIGUSR1);
  long expected = mixed(1, 2000000);
  for (; !ended; rounds[0]++) {
    if (mixed(1, 2000000) != expected) wrong("a computation");
    check_mask(SIGUSR1);
  }
  return none;
}

/* Its remaining time is the kernel's to know: it must neither end early nor with an error. */
static void *sleep_long(void *none) {
  hold(SIGUSR2);
  for (; !ended; rounds[1]++) {
    struct timespec before, after, time = {0, 300000000};
    clock_gettime(CLOCK_MONOTONIC, &before);
    if (nanosleep(&time, NULL) != 0) wrong("nanosleep");
    clock_gettime(CLOCK_MONOTONIC, &after);
    if ((after.tv_sec - before.tv_sec) * 1000000000L + after.tv_nsec - before.tv_nsec < 300000000) wrong("a short sleep");
    check_mask(SIGUSR2);
  }
  return none;
}

static void *wait_long(void *none) {
  int pipes[2];
  sigset_t all;
  sigfillset(&all);
  hold(SIGHUP);
  if (pipe(pipes) != 0) wrong("pipe");
  for (; !ended; rounds[2]++) {
    struct pollfd entry = {pipes[0], POLLIN, 0};
    struct timespec time = {0, 200000000};
    if (poll(&entry, 1, 200) != 0) wrong("poll");
    if (ppoll(&entry, 1, &time, &all) != 0) wrong("ppoll");
    check_mask(SIGHUP);
  }
  return none;
}

static void *answer(void *socket) {
  int *pipes = socket;
  hold(SIGTERM);
  for (long value; read(pipes[0], &value, sizeof value) == sizeof value; rounds[3]++)
    if (write(pipes[3], &value, sizeof value) != sizeof value) wrong("write");
  return NULL;
}

static void *ask(void *socket) {
  int *pipes = socket;
  hold(SIGINT);
  for (long value = 0, echo; !ended; value++, rounds[4]++) {
    if (write(pipes[1], &value, sizeof value) != sizeof value) wrong("write");
    usleep(100000);
    if (read(pipes[2], &echo, sizeof echo) != sizeof echo || echo != value) wrong("an answer");
    check_mask(SIGINT);
  }
  close(pipes[1]);
  return NULL;
}

static int open_files(void) {
  int count = 0;
  DIR *folder = opendir("/proc/self/fd");
  while (readdir(folder) != NULL) count++;
  closedir(folder);
  return count;
}

/* A thread whose recorder was killed closes by itself what it has opened, once it runs: on a busy machine that is not at once. */
static int settles_at(int files) {
  for (int tries = 0; tries < 1000; tries++) {
    if (open_files() == files) return 1;
    usleep(10000);
  }
  return 0;
}

int main(int count, char **args) {
  int pipes[4];
  pthread_t threads[5];
  void *(*tasks[])(void *) = {sleep_long, wait_long, answer, ask, compute};
  int only = count > 1 ? atoi(args[1]) : 5;
  struct itimerval timer = {{0, 20000}, {0, 20000}};
  signal(SIGALRM, tick);
  if (pipe(pipes) != 0 || pipe(pipes + 2) != 0) wrong("pipe");
  for (int i = 0; i < only; i++) pthread_create(&threads[i], NULL, tasks[i], pipes);
  usleep(50000);
  int files = open_files();
  printf("ready\n");
  fflush(stdout);
  /* The first thread is interrupted by signals, too. */
  setitimer(ITIMER_REAL, &timer, NULL);
  char byte;
  for (;;) {
    ssize_t got = read(0, &byte, 1);
    if (got == 0) break;
    if (got < 0) wrong("a read that was to go on");
    if (!settles_at(files)) wrong("a file was left open");
    printf("right %ld %ld %ld %ld %ld %ld\n", ticks, rounds[0], rounds[1], rounds[2], rounds[3], rounds[4]);
    fflush(stdout);
  }
  ended = 1;
  for (int i = 0; i < only; i++) pthread_join(threads[i], NULL);
  return 0;
}
