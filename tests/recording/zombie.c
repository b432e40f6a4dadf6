/* Its first thread ends at once; the second writes a page and a byte of output again and again, for three seconds or more. */
#include <pthread.h>
#include <unistd.h>

static volatile char memory[8192];
static int pipes[2];

static void *work(void *none) {
  char byte = 0;
  for (int round = 0; round < 3000; round++) {
    memory[4096]++;
    if (write(pipes[1], &byte, 1) != 1 || read(pipes[0], &byte, 1) != 1) return none;
    usleep(1000);
  }
  return none;
}

int main(void) {
  pthread_t thread;
  if (pipe(pipes) != 0) return 1;
  pthread_create(&thread, NULL, work, NULL);
  pthread_exit(NULL);
}
