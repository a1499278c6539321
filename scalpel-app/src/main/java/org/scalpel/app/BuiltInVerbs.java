package org.scalpel.app;

import java.util.List;

/** The verbs of this module, in the order of the help text. */
final class BuiltInVerbs implements VerbProvider {
  @Override
  public List<Entry> verbs() {
    return List.of(
        new Entry(
            "demo",
            "The main job on one machine: measure, plan, cut, run on three tiers, compare.",
            DemoVerb::new),
        new Entry(
            "inspect",
            "Show a model's kernels, tensors, MACs, places to cut; draw them.",
            InspectVerb::new),
        new Entry(
            "profile",
            "Measure a model's kernels, borders and codecs on this machine or on a tier.",
            ProfileVerb::new),
        new Entry(
            "predictor",
            "Learn to predict kernels of a machine from micro-benchmarks: predictor collect.",
            PredictorVerb::new),
        new Entry(
            "plan", "Find where each layer runs: value, lower bound, explanation.", PlanVerb::new),
        new Entry(
            "split", "Write each tier's segment of a model as a model of its own.", SplitVerb::new),
        new Entry(
            "exits",
            "Add early exits to a classifier, calibrate and evaluate them: exits attach.",
            ExitsVerb::new),
        new Entry("serve", "Run one tier: an Open Inference Protocol server.", ServeVerb::new),
        new Entry(
            "run", "Run inputs over the tiers of a plan; show where the time went.", RunVerb::new),
        new Entry(
            "trace",
            "Show one request's timeline over tiers and links, predicted beside measured.",
            TraceVerb::new),
        new Entry("status", "Show what a running tier is, holds and does.", StatusVerb::new),
        new Entry("tls", "Make certificates and tokens for tiers: tls init DIR.", TlsVerb::new),
        new Entry(
            "dist", "Make one archive per platform, for machines without a build.", DistVerb::new));
  }
}
