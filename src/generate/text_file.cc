#include "generate/text_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace roost::generate {

Result<std::string> ReadTextFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file || (text.str().empty() && file.fail())) {
    return Status::IOError("cannot read ", path, ": ", std::strerror(errno),
                           "; check its name and rights");
  }
  return text.str();
}

}  // namespace roost::generate
