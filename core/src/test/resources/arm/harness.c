/*
 * Calls machine code for Arm and hands back the memory that it worked on. Usage: harness REQUEST RESULT
 *
 * REQUEST, all numbers of 64 bits, little-endian:
 *   codes:  how many; each its size and its bytes, filled up to a multiple of 8
 *   blocks: how many; each its size and its bytes, filled up to a multiple of 8
 *   calls:  how many; each the number of a code, then eight pairs: a block (or -1) and a number that is added to
 *           the block's address (or is the argument)
 * RESULT: the bytes of all blocks, one after another.
 *
 * Code is never writable and executable at once. Each block ends where nobody may read or write, and begins at most a
 * page behind such a place. After each call it is checked that what a function must preserve was preserved.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The function, eight arguments. Returns 0, or how many of sp and d8 to d15 were changed. */
uint64_t call_and_check(void *function, const uint64_t *arguments);

__asm__(
    ".text\n"
    ".global call_and_check\n"
    "call_and_check:\n"
    "  stp x29, x30, [sp, #-112]!\n"
    "  stp d8, d9, [sp, #16]\n"
    "  stp d10, d11, [sp, #32]\n"
    "  stp d12, d13, [sp, #48]\n"
    "  stp d14, d15, [sp, #64]\n"
    "  stp x19, x20, [sp, #80]\n"
    "  mov x19, x0\n"
    "  mov x20, sp\n"
    "  mov x9, #0x1108\n  fmov d8, x9\n"
    "  mov x9, #0x1109\n  fmov d9, x9\n"
    "  mov x9, #0x110a\n  fmov d10, x9\n"
    "  mov x9, #0x110b\n  fmov d11, x9\n"
    "  mov x9, #0x110c\n  fmov d12, x9\n"
    "  mov x9, #0x110d\n  fmov d13, x9\n"
    "  mov x9, #0x110e\n  fmov d14, x9\n"
    "  mov x9, #0x110f\n  fmov d15, x9\n"
    "  mov x9, x1\n"
    "  ldp x0, x1, [x9]\n"
    "  ldp x2, x3, [x9, #16]\n"
    "  ldp x4, x5, [x9, #32]\n"
    "  ldp x6, x7, [x9, #48]\n"
    "  blr x19\n"
    "  mov x9, sp\n"
    "  mov sp, x20\n"
    "  mov x0, #0\n"
    "  cmp x9, x20\n  cinc x0, x0, ne\n"
    "  mov x10, #0x1108\n  fmov x9, d8\n  cmp x9, x10\n  cinc x0, x0, ne\n"
    "  mov x10, #0x1109\n  fmov x9, d9\n  cmp x9, x10\n  cinc x0, x0, ne\n"
    "  mov x10, #0x110a\n  fmov x9, d10\n  cmp x9, x10\n  cinc x0, x0, ne\n"
    "  mov x10, #0x110b\n  fmov x9, d11\n  cmp x9, x10\n  cinc x0, x0, ne\n"
    "  mov x10, #0x110c\n  fmov x9, d12\n  cmp x9, x10\n  cinc x0, x0, ne\n"
    "  mov x10, #0x110d\n  fmov x9, d13\n  cmp x9, x10\n  cinc x0, x0, ne\n"
    "  mov x10, #0x110e\n  fmov x9, d14\n  cmp x9, x10\n  cinc x0, x0, ne\n"
    "  mov x10, #0x110f\n  fmov x9, d15\n  cmp x9, x10\n  cinc x0, x0, ne\n"
    "  ldp d8, d9, [sp, #16]\n"
    "  ldp d10, d11, [sp, #32]\n"
    "  ldp d12, d13, [sp, #48]\n"
    "  ldp d14, d15, [sp, #64]\n"
    "  ldp x19, x20, [sp, #80]\n"
    "  ldp x29, x30, [sp], #112\n"
    "  ret\n");

static void fail(const char *what) {
  perror(what);
  exit(2);
}

static FILE *request;

static uint64_t number(void) {
  uint64_t value;
  if (fread(&value, sizeof value, 1, request) != 1) fail("the request ends too early");
  return value;
}

static void bytes(unsigned char *to, uint64_t size) {
  if (size > 0 && fread(to, size, 1, request) != 1) fail("the request ends too early");
  for (; size % 8 != 0; size++) fgetc(request);
}

/* Memory between two pages without rights, which ends where the second begins. */
static unsigned char *guarded(uint64_t size) {
  uint64_t page = sysconf(_SC_PAGESIZE);
  uint64_t whole = (size + page - 1) / page * page;
  unsigned char *all = mmap(0, whole + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED) fail("mmap");
  if (whole > 0 && mprotect(all + page, whole, PROT_READ | PROT_WRITE) != 0) fail("mprotect");
  return all + page + whole - size;
}

static void *code(void) {
  uint64_t size = number();
  unsigned char *all = mmap(0, size + 8, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED) fail("mmap");
  bytes(all, size);
  __builtin___clear_cache((char *)all, (char *)all + size);
  if (mprotect(all, size + 8, PROT_READ | PROT_EXEC) != 0) fail("mprotect");
  return all;
}

int main(int count, char **names) {
  if (count != 3 || !(request = fopen(names[1], "rb"))) fail("usage: harness REQUEST RESULT");
  uint64_t codes = number();
  void **functions = calloc(codes + 1, sizeof *functions);
  for (uint64_t i = 0; i < codes; i++) functions[i] = code();

  uint64_t blocks = number();
  unsigned char **memory = calloc(blocks + 1, sizeof *memory);
  uint64_t *sizes = calloc(blocks + 1, sizeof *sizes);
  for (uint64_t i = 0; i < blocks; i++) {
    sizes[i] = number();
    memory[i] = guarded(sizes[i]);
    bytes(memory[i], sizes[i]);
  }

  uint64_t calls = number();
  for (uint64_t i = 0; i < calls; i++) {
    uint64_t function = number();
    uint64_t arguments[8];
    for (int a = 0; a < 8; a++) {
      int64_t block = number();
      arguments[a] = number();
      if (block >= 0) arguments[a] += (uint64_t)memory[block];
    }
    uint64_t changed = call_and_check(functions[function], arguments);
    if (changed != 0) {
      fprintf(stderr, "call %llu of code %llu changed %llu of sp and d8 to d15\n", (unsigned long long)i,
              (unsigned long long)function, (unsigned long long)changed);
      return 3;
    }
  }

  FILE *result = fopen(names[2], "wb");
  if (!result) fail("cannot write the result");
  for (uint64_t i = 0; i < blocks; i++) {
    if (sizes[i] > 0 && fwrite(memory[i], sizes[i], 1, result) != 1) fail("cannot write the result");
  }
  return fclose(result);
}
