#include "export/shape_program.h"

#include "base/json_text.h"
#include "shred/path.h"

namespace roost::exporting {

namespace {

// Without recursion, because a record may be nested as deeply as --max-depth allowed.
class Compiler {
 public:
  explicit Compiler(std::string_view shape) : shape_(shape) {}

  Result<ShapeProgram> Compile() {
    for (bool is_done = false; !is_done;) {
      ROOST_TRY(BeginValue());
      ROOST_ASSIGN(is_done, EndValue());
    }
    return std::move(program_);
  }

 private:
  char Next() const { return at_ < shape_.size() ? shape_[at_] : '\0'; }

  Status Fault(const char* expected) const {
    return Status::Invalid("bad shape: ", expected, " expected at byte ", at_, " of ",
                           shape_.substr(0, 200));
  }

  /// Reads a value, or the start of an object up to its first member's value.
  Status BeginValue() {
    while (Next() == '{') {
      ++at_;
      if (Next() == '}') {
        ++at_;
        program_.literals.append("{}");
        return Status::OK();
      }
      program_.literals.push_back('{');
      outer_.push_back(path_.size());
      ROOST_TRY(ReadKey());
    }
    return ReadLeaf();
  }

  /// Closes what ends here; then goes on to the next member, or is at the end of the shape.
  Result<bool> EndValue() {
    while (Next() == '}' && !outer_.empty()) {
      program_.literals.push_back('}');
      ++at_;
      outer_.pop_back();
    }
    if (outer_.empty()) return at_ == shape_.size() ? Result<bool>(true) : Fault("the end");
    if (Next() != ',') return Fault("',' or '}'");
    program_.literals.push_back(',');
    ++at_;
    path_.resize(outer_.back());
    ROOST_TRY(ReadKey());
    return false;
  }

  Status ReadKey() {
    size_t end = Next() == '"' ? FindJsonStringEnd(shape_, at_) : std::string_view::npos;
    if (end == std::string_view::npos) return Fault("a key");
    std::string_view quoted = shape_.substr(at_, end - at_);
    ROOST_ASSIGN(std::string key, DecodeJsonString(quoted));
    at_ = end;
    if (Next() != ':') return Fault("':'");
    ++at_;
    program_.literals.append(quoted).push_back(':');
    shred::AppendPointerKey(path_, key);
    return Status::OK();
  }

  Status ReadLeaf() {
    switch (Next()) {
      case 's':
        return AddStep(StepKind::kScalar);
      case 'l':
        return AddStep(StepKind::kList);
      case 'j':
        return AddStep(StepKind::kJson);
      case 't':
        return AddStep(StepKind::kTable);
      case 'm':
        return AddStep(StepKind::kMap);
      case 'S':
        return AddStep(StepKind::kVerbatim);
      case 'L':
        return AddStep(StepKind::kList, true);
      case 'J':
        return AddStep(StepKind::kJson, true);
      case 'T':
        return AddStep(StepKind::kTable, true);
      case 'd':
        return AddStep(StepKind::kExtra);
      case 'e':
        program_.literals.append("[]");
        ++at_;
        return Status::OK();
      default:
        return Fault("a value");
    }
  }

  Status AddStep(StepKind kind, bool is_only_item = false) {
    program_.steps.push_back({kind, is_only_item, static_cast<uint32_t>(program_.literals.size()),
                              kind == StepKind::kExtra ? std::string() : path_});
    ++at_;
    return Status::OK();
  }

  std::string_view shape_;
  size_t at_ = 0;
  ShapeProgram program_;
  std::string path_;           // of the value at hand
  std::vector<size_t> outer_;  // for each open object, the length of its path
};

}  // namespace

Result<ShapeProgram> CompileShape(std::string_view shape) { return Compiler(shape).Compile(); }

}  // namespace roost::exporting
