package org.scalpel.lab;

import java.util.List;
import java.util.Optional;

/**
 * One question that the lab answers by measuring. An experiment is a list of cells, each of which
 * yields rows of one table; what was measured is kept as soon as a cell is done, so that an
 * interrupted run goes on where it was.
 *
 * <p>One final class per experiment, named after it; its Javadoc says what is measured and how.
 */
public interface Experiment {
  /** On the command line. */
  String name();

  /** The question, one line. */
  String question();

  /** The columns of the table; units in the names. */
  List<String> columns();

  /** Why it cannot run here, if so: something that it needs is not there. One line. */
  default Optional<String> obstacle(Lab lab) {
    return Optional.empty();
  }

  /** What is to be measured, in order. Cheap: the work is inside the cells. */
  List<Cell> cells(Lab lab);

  /** Reads the finished table: charts, smaller tables, findings in plain words. */
  void conclude(Table results, Report report);

  /**
   * One measurement.
   *
   * @param key unique in the experiment and the same in every run with the same options
   * @param work measures; it may throw anything
   */
  record Cell(String key, Work work) {}

  /** Measures the rows of one cell. */
  interface Work {
    /** The rows, each as long as {@link Experiment#columns}. */
    List<List<String>> rows() throws Exception;
  }
}
