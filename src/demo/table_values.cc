#include "demo/table_values.h"

#include "base/sql_text.h"
#include "query/answer.h"
#include "validate/tables.h"

namespace roost::demo {

Result<ValueCounts> ReadTableValues(const std::string& folder) {
  ROOST_ASSIGN(validate::Tables tables, validate::Tables::Open(folder));
  ROOST_ASSIGN(query::Session session, query::Session::Open(tables.catalog(), {}));
  ValueCounts values;
  for (const validate::TableInfo& table : tables.all()) {
    for (const validate::Field& field : table.fields) {
      const std::string column = SqlName(field.name);
      ROOST_ASSIGN(query::Answer answer,
                   query::Ask(session, "SELECT " + column + "::VARCHAR, count(*) FROM " +
                                           SqlName(table.name()) + " WHERE " + column +
                                           " IS NOT NULL GROUP BY 1"));
      const bool is_text = validate::KindOf(field.type()) == validate::ValueKind::kText;
      for (size_t row = 0; row < answer.rows.size(); ++row) {
        const auto times = static_cast<int64_t>(std::stoll(answer.Text(row, 1)));
        if (is_text) {
          values.AddText({table.name(), field.name}, answer.Text(row, 0), times);
        } else {
          values.AddNumber({table.name(), field.name}, answer.Text(row, 0), times);
        }
      }
    }
  }
  return values;
}

}  // namespace roost::demo
