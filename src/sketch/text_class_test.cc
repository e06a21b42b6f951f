#include "sketch/text_class.h"

#include <gtest/gtest.h>

namespace roost::sketch {
namespace {

TEST(TextClass, NamesTheFormOfATextAtSight) {
  struct {
    std::string_view text, name;
  } cases[] = {{"", "empty"},
               {"0042", "integer"},
               {"1.50", "decimal"},
               {"1.2.3", "code"},
               {"2024-02-29", "date"},
               {"2/29/24", "date"},
               {"29.2.2024", "date"},
               {"2024-02-29T12:00:00Z", "timestamp"},
               {"2024-02-29 12:00", "timestamp"},
               {"12:30:59", "time"},
               {"123e4567-e89b-12d3-a456-426614174000", "uuid"},
               {"0123456789abcdef0123", "hexadecimal"},
               {"a.b@example.net", "email"},
               {"http://example.net/a b", "url"},
               {"Paris", "word"},
               {"S-2041", "code"},
               {"12 Main Street", "phrase"},
               {"{\"a\":1}", "other"}};
  for (auto [text, name] : cases) EXPECT_EQ(NameOf(ClassOf(text)), name) << text;
}

}  // namespace
}  // namespace roost::sketch
