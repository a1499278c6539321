package org.scalpel.train;

import java.util.List;

/** The networks that can be trained. */
enum Networks {
  /** Residual blocks over 32×32 pictures (He et al., 2016). */
  RESNET {
    @Override
    Network of(int classes) {
      NetworkBuilder net = new NetworkBuilder("resnet", 32, classes);
      Value at = net.conv(net.input(), 16, 3, 1);
      at = residual(net, at, 32, 2);
      net.exit(at, 48);
      at = residual(net, at, 64, 2);
      net.exit(at, 64);
      return net.end(residual(net, at, 128, 2));
    }
  },
  /** Branches side by side over 32×32 pictures (Szegedy et al., 2015). */
  INCEPTION {
    @Override
    Network of(int classes) {
      NetworkBuilder net = new NetworkBuilder("inception", 32, classes);
      Value at = net.conv(net.input(), 16, 3, 1);
      at = net.conv(at, 32, 3, 2);
      at = inception(net, at, List.of(16, 16, 24, 8, 12, 12));
      net.exit(at, 32);
      at = reduction(net, at, 48, 24);
      at = inception(net, at, List.of(48, 32, 56, 16, 24, 32));
      net.exit(at, 48);
      at = reduction(net, at, 48, 48);
      return net.end(inception(net, at, List.of(64, 48, 80, 24, 32, 48)));
    }
  },
  /** Every channel by itself, then across, with shortcuts, over 96×96 pictures (Howard, 2017). */
  MOBILE {
    @Override
    Network of(int classes) {
      NetworkBuilder net = new NetworkBuilder("mobile", 96, classes);
      Value at = net.conv(net.input(), 24, 7, 4);
      at = separable(net, at, 48, 1);
      at = separable(net, at, 96, 2);
      net.exit(at, 48);
      at = separable(net, at, 128, 1);
      net.exit(at, 48);
      at = separable(net, at, 224, 2);
      at = separable(net, at, 224, 1);
      return net.end(separable(net, at, 256, 1));
    }
  };

  abstract Network of(int classes);

  /** Two convolutions and a shortcut around them. */
  private static Value residual(NetworkBuilder net, Value from, int channels, int stride) {
    boolean same = stride == 1 && from.channels() == channels;
    Value around = same ? from : net.plain(from, channels, 1, stride);
    Value first = net.conv(from, channels, 3, stride);
    return net.sum(net.plain(first, channels, 3, 1), around, true);
  }

  /**
   * Four branches: 1×1; 1×1 and 3×3; 1×1 and twice 3×3; the largest of 3×3 and 1×1.
   *
   * @param width channels of 1×1, of 3×3 before and after, of twice 3×3 before and after, of the
   *     last
   */
  private static Value inception(NetworkBuilder net, Value from, List<Integer> width) {
    Value point = net.conv(from, width.get(0), 1, 1);
    Value once = net.conv(net.conv(from, width.get(1), 1, 1), width.get(2), 3, 1);
    Value twice = net.conv(net.conv(from, width.get(3), 1, 1), width.get(4), 3, 1);
    twice = net.conv(twice, width.get(4), 3, 1);
    Value pooled = net.conv(net.maxPool(from, 1), width.get(5), 1, 1);
    return net.concat(List.of(point, once, twice, pooled));
  }

  /** Half the side: 3×3; 1×1 and 3×3; the largest. */
  private static Value reduction(NetworkBuilder net, Value from, int wide, int narrow) {
    Value direct = net.conv(from, wide, 3, 2);
    Value reduced = net.conv(net.conv(from, narrow, 1, 1), narrow, 3, 2);
    return net.concat(List.of(direct, reduced, net.maxPool(from, 2)));
  }

  private static Value separable(NetworkBuilder net, Value from, int channels, int stride) {
    Value each = net.depthwise(from, stride);
    boolean shortcut = stride == 1 && from.channels() == channels;
    return shortcut
        ? net.sum(net.plain(each, channels, 1, 1), from, true)
        : net.conv(each, channels, 1, 1);
  }
}
