/* Writes three pages in each round, then twice to file 3, once to file 4, once to its output, and syncs file 3; asks thrice for its parent. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { page = 4096 };

int main(int count, char **args) {
  int rounds = atoi(args[1]);
  int pipes[2];
  char *memory = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  (void)count;
  close(3);
  close(4);
  if (open("/tmp", O_TMPFILE | O_RDWR, 0600) != 3 || open("/tmp", O_TMPFILE | O_RDWR, 0600) != 4) return 1;
  if (pipe(pipes) != 0) return 1;
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < 3; i++) memory[i * page]++;
    if (write(3, "1", 1) != 1 || pwrite(3, "2", 1, 0) != 1 || write(4, "3", 1) != 1) return 1;
    if (write(pipes[1], "4", 1) != 1 || fsync(3) != 0) return 1;
    for (int i = 0; i < 3; i++) syscall(SYS_getppid);
  }
  return 0;
}
