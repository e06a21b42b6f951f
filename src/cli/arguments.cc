#include "cli/arguments.h"

#include <string>
#include <vector>

#include "base/nearest_word.h"

namespace roost::cli {
namespace {

std::vector<CLI::App*> CommandsOf(CLI::App& app) {
  return app.get_subcommands([](CLI::App*) { return true; });
}

CLI::App* CommandNamed(CLI::App& app, const std::string& name) {
  for (CLI::App* command : CommandsOf(app)) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

Status UnknownCommand(CLI::App& app, const std::string& path, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* command : CommandsOf(app)) names.push_back(command->get_name());
  return Status::Invalid("there is no command `", path, " ", word, "`", DidYouMean(word, names),
                         "\nRun `", path, " --help` for all commands.");
}

Status UnknownOption(const CLI::App& app, const std::string& command, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return Status::Invalid("`", command, "` has no option '", word, "'", DidYouMean(word, names),
                         "\nRun `", command, " --help` for all options.");
}

}  // namespace

Status CheckArguments(CLI::App& app, int count, const char* const* words) {
  CLI::App* current = &app;
  std::string command = app.get_name();
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--") break;
    if (word.starts_with("--")) {
      const size_t equals = word.find('=');
      const std::string name = word.substr(0, equals);
      const CLI::Option* option = current->get_option_no_throw(name);
      if (option == nullptr) return UnknownOption(*current, command, name);
      // What the option takes is no word to look at.
      if (equals == std::string::npos && option->get_items_expected_min() > 0) ++i;
    } else if (!word.starts_with("-") && !CommandsOf(*current).empty()) {
      CLI::App* found = CommandNamed(*current, word);
      if (found == nullptr) return UnknownCommand(*current, command, word);
      current = found;
      command += " " + word;
    }
  }
  return Status::OK();
}

}  // namespace roost::cli
