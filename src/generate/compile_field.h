// Compiles the fields of one table into columns.
#pragma once

#include <string>
#include <vector>

#include "generate/program.h"

namespace roost::generate {

/// Appends the columns of one table, groups before what they hold, lists before their element, and
/// a hidden row column before each written reference.
class FieldCompiler {
 public:
  FieldCompiler(const world::World& world, const world::Table& table, int index, Program* program)
      : world_(world), table_(table), index_(index), program_(program) {}

  Status Run();

 private:
  using Scope = std::vector<std::pair<std::string, int>>;  // names above, and their columns

  Status Fields(const std::vector<world::Field>& fields, const std::string& prefix, int group,
                Scope scope);
  Status One(const world::Field& field, const std::string& prefix, int group, Scope& scope);
  Status Fill(const world::Field& field, const Scope& scope, Column* column);
  Status FillNumber(const world::Field& field, const world::Number& number, Column* column);
  Status FillPattern(const world::Field& field, const world::PatternText& text, Column* column);
  void FillChoice(const world::Choice& choice, const Scope& scope, Column* column);
  Status FillTemplate(const world::Field& field, const world::TemplateText& text,
                      const Scope& scope, Column* column);
  Status FillFormula(const world::Field& field, const world::Formula& formula, const Scope& scope,
                     Column* column);
  Status FillReference(const world::Field& field, const world::Reference& reference,
                       Column* column);
  Status FillFrom(const world::Field& field, const Source& source, Column* column);
  void FillClock(const world::Clock& clock, Column* column);
  Status AddKeyOf(const world::Field& field, int selection, const std::string& prefix, int group);
  Status AddElement(const world::Field& field, const world::List& list, int column);
  Result<Source> FindSource(const world::Field& field, const std::string& source,
                            const std::string& name, const Scope& scope);
  Result<int> FindOwn(const world::Field& field, const std::string& name, const Scope& scope);
  bool IsUnique(const world::Field& field) const;

  std::vector<Column>& columns() { return program_->tables[static_cast<size_t>(index_)].columns; }
  Column& column(int i) { return columns()[static_cast<size_t>(i)]; }
  Status Error(const world::Field& field, const std::string& message) const;
  Column Begin(const world::Field& field, const std::string& prefix, int group) const;

  const world::World& world_;
  const world::Table& table_;
  int index_;
  Program* program_;
};

}  // namespace roost::generate
