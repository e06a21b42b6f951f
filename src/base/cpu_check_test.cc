#include "base/cpu_check.h"

#include <gtest/gtest.h>

TEST(CpuCheck, TakesTheProcessorThatRunsTheTests) {
  EXPECT_TRUE(roost::CheckCpu().ok()) << roost::CheckCpu().ToString();
}
