/* Writes known pages between two outputs, and says which: the first line is where its areas begin, in pages. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <unistd.h>

enum { page = 4096, threads = 3 };

static char *arena, *fresh, *shared, *huge, *attached;
static pthread_barrier_t begin, end;

static void *store(void *number) {
  long at = 100 + 10 * (long)number;
  for (;;) {
    pthread_barrier_wait(&begin);
    arena[at * page]++;
    arena[(at + 2) * page]++;
    pthread_barrier_wait(&end);
  }
}

static char *map(long pages, int kind) {
  return mmap(NULL, pages * page, PROT_READ | PROT_WRITE, kind | MAP_ANONYMOUS, -1, 0);
}

/* Memory of System V that is attached where some was detached before. */
static char *attach(long pages) {
  int id = shmget(IPC_PRIVATE, pages * page, IPC_CREAT | 0600);
  char *first = shmat(id, NULL, 0), *second;
  shmdt(first);
  second = shmat(id, first, 0);
  shmctl(id, IPC_RMID, NULL);
  return second;
}

int main(int count, char **args) {
  int epochs = atoi(args[1]);
  int sockets[2];
  char reply[4 * page] = {0};
  (void)count;
  socketpair(AF_UNIX, SOCK_STREAM, 0, sockets);
  arena = map(8192, MAP_PRIVATE);
  shared = map(64, MAP_SHARED);
  attached = attach(16);
  huge = aligned_alloc(512 * page, 4 * 512 * page);
  madvise(huge, 4 * 512 * page, MADV_HUGEPAGE);
  memset(huge, 1, 4 * 512 * page);
  fprintf(stderr, "%lx %lx %lx\n", (long)arena / page, (long)shared / page, (long)huge / page);
  pthread_barrier_init(&begin, NULL, threads + 1);
  pthread_barrier_init(&end, NULL, threads + 1);
  for (long i = 0; i < threads; i++) {
    pthread_t thread;
    pthread_create(&thread, NULL, store, (void *)i);
  }
  for (int epoch = 0; epoch < epochs; epoch++) {
    /* Plain stores, shared memory, a page of a huge page, a page touched for the first time; a page that is only read. */
    for (int i = 0; i < 20; i++) arena[5 * i * page]++;
    for (int i = 0; i < 7; i++) shared[2 * i * page]++;
    for (int i = 0; i < 4; i++) attached[3 * i * page]++;
    huge[(epoch % 2048) * page]++;
    arena[(2000 + epoch % 3000) * page] = 1;
    (void)*(volatile char *)&arena[(5000 + epoch % 3000) * page];
    /* Stores by threads. */
    pthread_barrier_wait(&begin);
    pthread_barrier_wait(&end);
    /* A page written, then dropped: and one that is read afterwards. */
    arena[300 * page] = 1;
    madvise(&arena[300 * page], 2 * page, MADV_DONTNEED);
    (void)*(volatile char *)&arena[301 * page];
    /* Memory that comes, moves, and goes at a fixed place. */
    fresh = mmap(&arena[400 * page], 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    fresh[1 * page] = 1;
    (void)*(volatile char *)&fresh[2 * page];
    mremap(fresh, 4 * page, 4 * page, MREMAP_MAYMOVE | MREMAP_FIXED, &arena[500 * page]);
    arena[503 * page] = 1;
    munmap(&arena[500 * page], 4 * page);
    mmap(&arena[400 * page], 4 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    mprotect(&arena[402 * page], page, PROT_READ | PROT_WRITE);
    arena[402 * page] = 1;
    /* The output, and what the kernel writes for the program after it. */
    if (write(sockets[0], reply, 2 * page) != 2 * page) return 1;
    if (recv(sockets[1], &arena[600 * page], 2 * page, MSG_WAITALL) != 2 * page) return 1;
  }
  return 0;
}
