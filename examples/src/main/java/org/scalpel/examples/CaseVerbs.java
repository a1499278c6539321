package org.scalpel.examples;

import java.util.List;
import org.scalpel.app.VerbProvider;

/** Adds the case studies to the command line. */
public final class CaseVerbs implements VerbProvider {
  @Override
  public List<Entry> verbs() {
    return List.of(
        new Entry(
            "intrusion",
            "A person enters a zone indoors: camera, edge and cloud, planned for latency.",
            IntrusionVerb::new),
        new Entry(
            "traffic",
            "Vehicles cross a line: cameras that share a server, planned for throughput.",
            TrafficVerb::new));
  }
}
