#include "cli/program.hpp"

int main(int count, char** texts) {
  return lockstep::cli::run_program({texts + (count > 0 ? 1 : 0), texts + count});
}
