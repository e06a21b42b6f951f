// Says where in a file something stands.
#pragma once

namespace roost::yaml {

/// From 1; 0 where it is unknown.
struct Place {
  int line = 0, column = 0;
};

}  // namespace roost::yaml
