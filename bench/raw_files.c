// Writes the files of one folder from memory into another: the least that as many files cost.
// raw_files FROM TO THREADS: prints the seconds that writing took. For bench/generate.py.
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct file {
  char *path, *bytes;
  size_t size;
};
static struct file* files;
static size_t count, threads;

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static void* write_some(void* first) {
  for (size_t i = (size_t)first; i < count; i += threads) {
    int out = open(files[i].path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (out < 0 || write(out, files[i].bytes, files[i].size) != (ssize_t)files[i].size || close(out)) {
      fail(files[i].path);
    }
  }
  return NULL;
}

static struct file load(const char* from, const char* to, const char* name) {
  char path[4096];
  struct stat facts;
  struct file file;
  snprintf(path, sizeof path, "%s/%s", from, name);
  int in = open(path, O_RDONLY);
  if (in < 0 || fstat(in, &facts)) fail(path);
  file.size = (size_t)facts.st_size;
  file.bytes = malloc(file.size);
  if (read(in, file.bytes, file.size) != (ssize_t)file.size || close(in)) fail(path);
  snprintf(path, sizeof path, "%s/%s", to, name);
  file.path = strdup(path);
  return file;
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  DIR* folder = opendir(argv[1]);
  if (!folder) fail(argv[1]);
  threads = (size_t)atoi(argv[3]);
  for (struct dirent* entry; (entry = readdir(folder));) {
    if (entry->d_name[0] == '.') continue;
    files = realloc(files, (count + 1) * sizeof *files);
    files[count++] = load(argv[1], argv[2], entry->d_name);
  }
  struct timespec begin, end;
  pthread_t* running = malloc(threads * sizeof *running);
  clock_gettime(CLOCK_MONOTONIC, &begin);
  for (size_t t = 0; t < threads; ++t) pthread_create(&running[t], NULL, write_some, (void*)t);
  for (size_t t = 0; t < threads; ++t) pthread_join(running[t], NULL);
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%.6f\n", (double)(end.tv_sec - begin.tv_sec) + 1e-9 * (double)(end.tv_nsec - begin.tv_nsec));
  return 0;
}
