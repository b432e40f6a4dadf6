/* Knows where its heap would begin, has none until its input ends, then writes twenty pages of one before each byte of output. */
#define _DEFAULT_SOURCE
#include <unistd.h>

enum { page = 4096, pages = 20 };

int main(void) {
  char byte = 0;
  int pipes[2];
  sbrk(0);
  if (pipe(pipes) != 0 || read(0, &byte, 1) != 0) return 1;
  volatile char *heap = sbrk(pages * page);
  for (int round = 0; round < 100; round++) {
    for (int i = 0; i < pages; i++) heap[i * page]++;
    if (write(pipes[1], &byte, 1) != 1 || read(pipes[0], &byte, 1) != 1) return 1;
  }
  return 0;
}
