// Walks the YAML of a rule file and collects rules: the class behind ReadRules.
//
// rules_reader.cc has the file and its tables, column_rules.cc the rules of one column.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "validate/rule_forms.h"
#include "yaml/yaml_reader.h"

namespace roost::validate {

class RulesParser {
 public:
  RulesParser(const Tables& tables, const std::string& source)
      : tables_(tables), source_(source), reader_(source) {}

  Status Run(const YAML::Node& root);
  std::vector<Rule> TakeRules() { return std::move(rules_); }

 private:
  using Node = YAML::Node;
  /// A table of the file: perhaps not there, then its rules are absent.
  struct Scope {
    std::string name;
    const TableInfo* table = nullptr;
  };

  // rules_reader.cc
  void Table(const Node& name, const Node& body);
  void Key(const Scope& scope, const Node& node);
  void Unique(const Scope& scope, const Node& node);
  void Reference(const Scope& scope, const Node& node);
  void Capacity(const Scope& scope, const Node& node);
  void ChildCapacity(const Scope& scope, const Node& node);
  void ParentCapacity(const Scope& scope, const Node& node);
  void RowsForEach(const Scope& scope, const Node& node);
  void Dependency(const Scope& scope, const Node& node);
  void Compare(const Scope& scope, const Node& node);
  void Condition(const Scope& scope, const Node& node);
  void Files(const Node& node);
  void Query(const Node& node);

  // table_rules.cc
  void RowCount(const Scope& scope, const Node& node);
  void Volume(const Scope& scope, const Node& node);
  void Freshness(const Scope& scope, const Node& node);
  void Schema(const Scope& scope, const Node& node);
  void Anomalies(const Scope& scope, const Node& node);

  // column_rules.cc
  void Columns(const Scope& scope, const Node& node);
  void Column(const Scope& scope, const Node& name, const Node& body);
  /// `absent`: what the file calls the column, for names, if it is not there.
  void ColumnRule(Rule rule, const std::string& absent, const Facet& facet, const Node& node);
  void Range(Rule& rule, const Node& value);
  void Values(Rule& rule, const Node& value);
  void Pattern(Rule& rule, const Node& value);
  void Length(Rule& rule, const Node& value);
  std::string Baseline(const Node& node);
  Literal ReadLiteral(const Node& node, const std::string& what);
  void CheckLiteral(const Rule& rule, const Literal& literal, const Node& node);

  // What all share, in rules_reader.cc.
  /// A mapping with these keys and those that every rule may have.
  bool IsRule(const Node& node, const std::string& what, const Form& form);
  /// One of the names of types, as its index.
  size_t TypeName(const Node& node);
  Rule Begin(const Scope& scope, Kind kind, const Node& node);
  /// Reads name, severity, warn, fail, where, tags, about; `default_name` names it otherwise.
  void Finish(Rule rule, const Node& node, const std::string& default_name);
  Threshold ReadThreshold(const Node& node, const std::string& what);
  Scope FindTable(const Node& node);
  /// What the mapping has under `key`; a failure that says `what` is missing, and null, otherwise.
  Node Needed(const Node& map, const char* key, const std::string& what);
  const Field* FindField(const Scope& scope, const Node& node, Rule& rule);
  /// A name or a list of names.
  std::vector<const Field*> FindFields(const Scope& scope, const Node& node, Rule& rule);
  void Between(const Node& node, Rule& rule);
  void EachOf(const Node& node, const std::string& what,
              const std::function<void(const Node&)>& take);

  const Tables& tables_;
  std::string source_, baseline_;
  yaml::YamlReader reader_;
  std::vector<Rule> rules_;
  std::set<std::string> names_;
  bool may_miss_ = false;
};

}  // namespace roost::validate
