package org.scalpel.lab;

/**
 * What an experiment has to say about one headline of a paper, for the table that {@link
 * PaperHeadlines} names the rows of.
 *
 * @param id of one of {@link PaperHeadlines#ALL}
 * @param asPublished measured with the paper's algorithm, as a ratio or a share; NaN = not measured
 * @param best measured with the best that Scalpel does; NaN = not measured
 * @param note one phrase: which cell, and what differs from the paper
 */
public record Headline(String id, double asPublished, double best, String note) {
  /** Checks the id. */
  public Headline {
    PaperHeadlines.of(id);
  }
}
