package org.scalpel.plan;

import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.LinearExprBuilder;
import com.google.ortools.sat.Literal;
import java.util.ArrayList;
import java.util.List;

/**
 * A sum of real amounts, each counted if a literal holds, as integers that CP-SAT can add. The
 * scale is a power of two, so that amounts with few digits stay exact.
 */
final class Terms {
  /** Not more: with coefficients near 2^40 CP-SAT 9.15 called wrong answers optimal. */
  private static final double UNITS = 0x1p30;

  private record Term(Literal literal, double amount) {}

  private final List<Term> terms = new ArrayList<>();
  private double total = 1e-300;

  void add(Literal literal, double amount) {
    if (amount != 0) {
      terms.add(new Term(literal, amount));
      total += Math.abs(amount);
    }
  }

  /** The amount where one literal holds and another, which implies it, does not. */
  void between(Literal reaches, Literal leaves, double amount) {
    add(reaches, amount);
    add(leaves, -amount);
  }

  double total() {
    return total;
  }

  static double scale(double total) {
    double units = Math.max(1e-250, Math.min(1e250, UNITS / total));
    return Math.scalb(1.0, Math.getExponent(units));
  }

  /** The sum in units of {@code 1/scale}. */
  LinearExpr sum(double scale) {
    LinearExprBuilder sum = LinearExpr.newBuilder();
    for (Term term : terms) {
      sum.addTerm(term.literal(), Math.round(term.amount() * scale));
    }
    return sum.build();
  }

  /** By how many units rounding may have changed the sum. */
  long slack(double scale) {
    double slack = 0;
    for (Term term : terms) {
      slack += Math.abs(Math.round(term.amount() * scale) - term.amount() * scale);
    }
    return (long) Math.ceil(slack);
  }
}
