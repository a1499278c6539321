package org.scalpel.app;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.elk.alg.layered.options.LayeredMetaDataProvider;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
import org.eclipse.elk.alg.layered.options.LayeringStrategy;
import org.eclipse.elk.alg.layered.options.NodePlacementStrategy;
import org.eclipse.elk.alg.layered.options.WrappingStrategy;
import org.eclipse.elk.core.RecursiveGraphLayoutEngine;
import org.eclipse.elk.core.data.LayoutMetaDataService;
import org.eclipse.elk.core.math.ElkPadding;
import org.eclipse.elk.core.options.CoreOptions;
import org.eclipse.elk.core.options.Direction;
import org.eclipse.elk.core.options.EdgeRouting;
import org.eclipse.elk.core.util.BasicProgressMonitor;
import org.eclipse.elk.graph.ElkBendPoint;
import org.eclipse.elk.graph.ElkEdge;
import org.eclipse.elk.graph.ElkEdgeSection;
import org.eclipse.elk.graph.ElkNode;
import org.eclipse.elk.graph.util.ElkGraphUtil;

/**
 * A layered layout, top to bottom: layers by longest path, few crossings, straight long edges. What
 * would be a tower is wrapped into columns: where a single edge leads on if there are such places,
 * else across as many edges as there are.
 */
final class GraphLayout {
  static final double NODE_WIDTH = 168;
  static final double NODE_HEIGHT = 46;
  private static final double PILL_HEIGHT = 30;
  private static final double TOWER = 4;

  /** A box's upper left corner and size. */
  record Box(double x, double y, double width, double height) {}

  /** A corner of an arrow. */
  record Point(double x, double y) {}

  private final List<Box> boxes = new ArrayList<>();
  private final List<List<Point>> routes = new ArrayList<>();
  private final double width;
  private final double height;

  private GraphLayout(ElkNode root, List<ElkNode> nodes, List<ElkEdge> edges) {
    for (ElkNode node : nodes) {
      boxes.add(new Box(node.getX(), node.getY(), node.getWidth(), node.getHeight()));
    }
    for (ElkEdge edge : edges) {
      routes.add(route(edge));
    }
    this.width = root.getWidth();
    this.height = root.getHeight();
  }

  static GraphLayout of(GraphView view) {
    GraphLayout layout = of(view, WrappingStrategy.SINGLE_EDGE);
    boolean tower = layout.height > TOWER * layout.width;
    return tower ? of(view, WrappingStrategy.MULTI_EDGE) : layout;
  }

  private static GraphLayout of(GraphView view, WrappingStrategy wrapping) {
    LayoutMetaDataService.getInstance()
        .registerLayoutMetaDataProviders(new LayeredMetaDataProvider());
    ElkNode root = ElkGraphUtil.createGraph();
    options(root, view.nodes().size());
    root.setProperty(LayeredOptions.WRAPPING_STRATEGY, wrapping);
    List<ElkNode> nodes = new ArrayList<>();
    for (GraphView.Node node : view.nodes()) {
      ElkNode box = ElkGraphUtil.createNode(root);
      boolean kernel = node.kind() == GraphView.Kind.KERNEL;
      box.setDimensions(NODE_WIDTH, kernel ? NODE_HEIGHT : PILL_HEIGHT);
      nodes.add(box);
    }
    List<ElkEdge> edges = new ArrayList<>();
    for (GraphView.Edge edge : view.edges()) {
      edges.add(ElkGraphUtil.createSimpleEdge(nodes.get(edge.from()), nodes.get(edge.to())));
    }
    new RecursiveGraphLayoutEngine().layout(root, new BasicProgressMonitor());
    return new GraphLayout(root, nodes, edges);
  }

  private static void options(ElkNode root, int nodes) {
    root.setProperty(CoreOptions.ALGORITHM, LayeredOptions.ALGORITHM_ID);
    root.setProperty(CoreOptions.DIRECTION, Direction.DOWN);
    root.setProperty(CoreOptions.EDGE_ROUTING, EdgeRouting.SPLINES);
    root.setProperty(CoreOptions.PADDING, new ElkPadding(24));
    root.setProperty(LayeredOptions.SPACING_NODE_NODE, 28.0);
    root.setProperty(LayeredOptions.SPACING_NODE_NODE_BETWEEN_LAYERS, 34.0);
    root.setProperty(LayeredOptions.SPACING_EDGE_NODE, 14.0);
    root.setProperty(LayeredOptions.NODE_PLACEMENT_STRATEGY, NodePlacementStrategy.BRANDES_KOEPF);
    root.setProperty(CoreOptions.ASPECT_RATIO, 1.6);
    boolean small = nodes <= 600;
    root.setProperty(
        LayeredOptions.LAYERING_STRATEGY,
        small ? LayeringStrategy.NETWORK_SIMPLEX : LayeringStrategy.LONGEST_PATH_SOURCE);
    root.setProperty(LayeredOptions.THOROUGHNESS, small ? 10 : 2);
  }

  private static List<Point> route(ElkEdge edge) {
    List<Point> points = new ArrayList<>();
    for (ElkEdgeSection section : edge.getSections()) {
      points.add(new Point(section.getStartX(), section.getStartY()));
      for (ElkBendPoint bend : section.getBendPoints()) {
        points.add(new Point(bend.getX(), bend.getY()));
      }
      points.add(new Point(section.getEndX(), section.getEndY()));
    }
    return points;
  }

  List<Box> boxes() {
    return boxes;
  }

  List<List<Point>> routes() {
    return routes;
  }

  double width() {
    return width;
  }

  double height() {
    return height;
  }
}
