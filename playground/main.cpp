// lockstep COMMAND [NAME]: the program in a page. NAME is what messages call the scenario, and the
// report too if the scenario has no name.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "playground/commands.hpp"
#include "playground/streams.hpp"
#include "scenarios/messages.hpp"

namespace lockstep::playground {

namespace {

[[noreturn]] void end_without_memory() {
  std::fputs("lockstep: out of memory\n", stderr);
  std::_Exit(static_cast<int>(ExitCode::unfinished));
}

// `page` or `figures` and what follows are one command.
std::vector<std::string> words_of(int count, char** texts) {
  std::vector<std::string> words(texts + std::min(count, 1), texts + count);
  if (words.size() > 1 && (words.front() == "page" || words.front() == "figures")) {
    words.front() += " " + words[1];
    words.erase(words.begin() + 1);
  }
  return words;
}

ExitCode run_words(const std::vector<std::string>& words) {
  constexpr std::size_t most_words = 2;
  if (words.empty() || words.size() > most_words) {
    complain("usage: lockstep COMMAND [NAME]");
    return ExitCode::bad_input;
  }
  std::vector<std::string_view> names;
  for (const Command& command : commands()) {
    if (command.name == words.front())
      return command.run(words.size() == most_words ? words.back() : "scenario.json");
    names.push_back(command.name);
  }
  complain(scenarios::unknown_name("command", words.front(), names));
  return ExitCode::bad_input;
}

}  // namespace

}  // namespace lockstep::playground

int main(int count, char** texts) {
  using namespace lockstep::playground;
  std::set_new_handler(end_without_memory);
  return static_cast<int>(run_words(words_of(count, texts)));
}
