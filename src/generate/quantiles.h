// Computes the quantiles of common distributions, to the same bit on every machine.
//
// Only + - * / and square roots of doubles are used, which IEEE 754 rounds alike everywhere;
// libraries' log and exp are not.
#pragma once

namespace roost::generate {

double Logarithm(double x);    // x > 0
double Exponential(double x);  // |x| < 700
/// x such that a standard normal variable is below it with probability p, 0 < p < 1.
double NormalQuantile(double p);

}  // namespace roost::generate
