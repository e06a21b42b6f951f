#include "world/world_checks.h"

#include <algorithm>

#include "base/nearest_word.h"

namespace roost::world {

namespace {

class NameCheck {
 public:
  NameCheck(const World& world, YamlReader& reader) : world_(world), reader_(reader) {}

  void Run() {
    Fields(world_.document, world_.document.fields, {});
    for (size_t t = 0; t < world_.tables.size(); ++t) {
      table_count_ = t;
      OneTable(world_.tables[t]);
    }
    table_count_ = world_.tables.size();
    for (const Rule& rule : world_.rules) OneRule(rule);
  }

 private:
  // Tables above the one that is being checked.
  const Table* Above(const std::string& name) const {
    for (size_t t = 0; t < table_count_; ++t) {
      if (world_.tables[t].name == name) return &world_.tables[t];
    }
    return nullptr;
  }

  void NoTable(Place place, const std::string& name) {
    std::vector<std::string> names;
    for (size_t t = 0; t < table_count_; ++t) names.push_back(world_.tables[t].name);
    bool below = world_.Find(name) >= 0;
    reader_.FailAt(place, below
                              ? "table '" + name + "' must stand above the tables that refer to it"
                              : "there is no table '" + name + "'" + DidYouMean(name, names));
  }

  void NoField(Place place, const std::string& name, const std::vector<Field>& fields,
               const std::string& where) {
    std::vector<std::string> names;
    for (const Field& field : fields) names.push_back(field.name);
    reader_.FailAt(place, "there is no field '" + name + "' " + where + DidYouMean(name, names));
  }

  void OneTable(const Table& table) {
    if (table.name == "document") {
      reader_.FailAt(table.place,
                     "'document' names the document's own fields; call the table otherwise");
    }
    if (!table.owner.empty() && !Above(table.owner)) NoTable(table.place, table.owner);
    if (table.inside && world_.pack == World::Pack::kTables) {
      reader_.FailAt(table.place, "with pack: tables no table stands inside another");
    }
    for (const auto* names : {&table.key, &table.unique}) {
      for (const std::string& name : *names) {
        if (FindField(table.fields, name) < 0) {
          NoField(table.place, name, table.fields,
                  "in table '" + table.name + "' for its key or unique");
        }
      }
    }
    Fields(table, table.fields, {});
  }

  // `outer` are the fields above of the groups around `fields`.
  void Fields(const Table& table, const std::vector<Field>& fields,
              std::vector<const Field*> outer) {
    for (size_t i = 0; i < fields.size(); ++i) {
      const Field& field = fields[i];
      int twin = FindField(fields, field.name);
      const Field& first = fields[static_cast<size_t>(twin)];
      if (&first != &field && first.since == field.since) {
        reader_.FailAt(field.place, "field '" + field.name + "' stands in this table twice");
      }
      One(table, field, outer);
      outer.push_back(&field);
    }
  }

  static const Field* Find(const std::vector<const Field*>& above, const std::string& name) {
    for (size_t i = above.size(); i-- > 0;) {
      if (above[i]->name == name) return above[i];
    }
    return nullptr;
  }

  void NotAbove(const Field& field, const std::string& name,
                const std::vector<const Field*>& above) {
    std::vector<std::string> names;
    for (const Field* known : above) names.push_back(known->name);
    reader_.FailAt(field.place, "field '" + field.name + "' uses '" + name +
                                    "', which is no field above it" + DidYouMean(name, names));
  }

  void One(const Table& table, const Field& field, const std::vector<const Field*>& above) {
    if (auto* choice = std::get_if<Choice>(&field.kind)) By(field, *choice, above);
    if (auto* text = std::get_if<TemplateText>(&field.kind)) {
      for (const auto& part : text->parts) {
        if (!part.field.empty() && !Find(above, part.field)) NotAbove(field, part.field, above);
      }
    }
    if (auto* formula = std::get_if<Formula>(&field.kind)) {
      for (const std::string& name : formula->expression.names()) {
        size_t dot = name.find('.');
        if (dot == std::string::npos) {
          if (!Find(above, name)) NotAbove(field, name, above);
        } else {
          Outside(table, field, name.substr(0, dot), name.substr(dot + 1), above);
        }
      }
    }
    if (auto* from = std::get_if<From>(&field.kind))
      Outside(table, field, from->source, from->field, above);
    if (auto* reference = std::get_if<Reference>(&field.kind)) Target(field, *reference);
    if (auto* group = std::get_if<Group>(&field.kind)) Fields(table, group->fields, above);
    if (auto* list = std::get_if<List>(&field.kind)) Element(field, *list);
  }

  void By(const Field& field, const Choice& choice, const std::vector<const Field*>& above) {
    if (choice.by.empty()) return;
    const Field* by = Find(above, choice.by);
    if (!by) return NotAbove(field, choice.by, above);
    auto* other = std::get_if<Choice>(&by->kind);
    if (!other || !other->by.empty() || by->null_share + by->absent_share > 0) {
      return reader_.FailAt(field.place,
                            "'" + choice.by + "' must be a plain choice without null or absent");
    }
    for (const Constant& value : other->lists[0].second.values) {
      bool found = std::any_of(choice.lists.begin(), choice.lists.end(),
                               [&](const auto& list) { return list.first == value.text; });
      if (!found)
        reader_.FailAt(field.place,
                       "lists has none for '" + value.text + "' of '" + choice.by + "'");
    }
  }

  void Outside(const Table& table, const Field& field, const std::string& source,
               const std::string& name, const std::vector<const Field*>& above) {
    const Field* known = Find(above, source);
    const Reference* reference = known ? std::get_if<Reference>(&known->kind) : nullptr;
    const Table* target = reference               ? Above(reference->table)
                          : source == table.owner ? Above(table.owner)
                          : source == "document"  ? &world_.document
                                                  : nullptr;
    if (!target) {
      return reader_.FailAt(
          field.place,
          "'" + source + "' is neither a reference above, the table after per, nor document");
    }
    if (FindField(target->fields, name) < 0) {
      NoField(field.place, name, target->fields, "in table '" + target->name + "'");
    }
  }

  void Target(const Field& field, const Reference& reference) {
    const Table* target = Above(reference.table);
    if (!target) return NoTable(field.place, reference.table);
    if (!field.hidden && target->key.size() != 1) {
      return reader_.FailAt(field.place,
                            "table '" + target->name +
                                "' has no key of one field; hide this reference and take the key's "
                                "fields with from");
    }
    if (reference.has_seats && FindField(target->fields, reference.capacity) < 0) {
      NoField(field.place, reference.capacity, target->fields, "in table '" + target->name + "'");
    }
  }

  void Element(const Field& field, const List& list) {
    const FieldKind& kind = list.element->kind;
    bool choice = std::holds_alternative<Choice>(kind) && std::get<Choice>(kind).by.empty();
    bool plain = choice || std::holds_alternative<Constant>(kind) ||
                 std::holds_alternative<Number>(kind) || std::holds_alternative<Flag>(kind) ||
                 std::holds_alternative<PatternText>(kind) ||
                 std::holds_alternative<DateBetween>(kind);
    if (!plain) {
      return reader_.FailAt(field.place,
                            "the elements of a list are values, int, number, bool, choice, "
                            "pattern or date; for objects use a table with per and inside");
    }
    if (!list.distinct) return;
    if (!choice || list.count.high >
                       static_cast<double>(std::get<Choice>(kind).lists[0].second.values.size())) {
      reader_.FailAt(field.place,
                     "a distinct list needs a choice with at least as many values as it counts");
    }
  }

  void OneRule(const Rule& rule) {
    const Table* table = Above(rule.table);
    if (!table) return NoTable(rule.place, rule.table);
    if (!rule.can_break) return;
    std::vector<std::string> names = rule.broken_value.names();
    names.push_back(rule.broken_field);
    for (const std::string& name : names) {
      if (FindField(table->fields, name) < 0) {
        NoField(rule.place, name, table->fields, "in table '" + table->name + "'");
      }
    }
  }

  const World& world_;
  YamlReader& reader_;
  size_t table_count_ = 0;
};

}  // namespace

void CheckNames(const World& world, YamlReader& reader) { NameCheck(world, reader).Run(); }

}  // namespace roost::world
