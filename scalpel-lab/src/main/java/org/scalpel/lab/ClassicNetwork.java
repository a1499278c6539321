package org.scalpel.lab;

import java.util.List;
import org.scalpel.graph.OnnxModel;

/**
 * The networks that papers on partitioning measure, layer by layer ({@link NetworkText}), as they
 * are deployed: batch normalisations folded into the convolutions before them, no side exits of
 * training, no local response normalisation. Weights are made up.
 *
 * @param side of the picture
 * @param published what is said of it elsewhere
 */
record ClassicNetwork(String name, int side, String text, Published published) {

  /**
   * Size as published.
   *
   * @param megaMacs millions of multiply-accumulate operations of one picture
   * @param megaParameters millions of weights
   * @param source who says so
   */
  record Published(double megaMacs, double megaParameters, String source) {}

  OnnxModel model(long seed) {
    return NetworkWriter.write(text, side, seed);
  }

  static List<ClassicNetwork> all() {
    return List.of(
        alexNet(),
        vgg16(),
        resNet18(),
        nin(),
        tinyYolo(),
        googLeNet(),
        resNet50(),
        inceptionV4(),
        mobileNetV2(),
        squeezeNet(),
        denseNet(),
        deit());
  }

  private static ClassicNetwork picture(String name, Published published, String... steps) {
    return new ClassicNetwork(name, 224, String.join("; ", steps), published);
  }

  private static ClassicNetwork alexNet() {
    return picture(
        "alexnet",
        new Published(714, 61.10, "torchvision, after Krizhevsky 2014"),
        "conv 64 k11 s4 p2 relu; maxpool k3 s2; conv 192 k5 relu; maxpool k3 s2; conv 384 relu",
        "2*conv 256 relu; maxpool k3 s2; fc 4096 relu; fc 4096 relu; fc 1000");
  }

  private static ClassicNetwork vgg16() {
    return picture(
        "vgg16",
        new Published(15_470, 138.36, "Simonyan and Zisserman 2014; torchvision"),
        "2*conv 64 relu; maxpool; 2*conv 128 relu; maxpool; 3*conv 256 relu; maxpool",
        "3*conv 512 relu; maxpool; 3*conv 512 relu; maxpool; fc 4096 relu; fc 4096 relu; fc 1000");
  }

  private static ClassicNetwork nin() {
    return picture(
        "nin",
        new Published(1_100, 7.6, "Lin 2013, the authors' model for ImageNet"),
        "conv 96 k11 s4 valid relu; 2*conv 96 k1 relu; maxpool k3 s2 ceil",
        "conv 256 k5 relu; 2*conv 256 k1 relu; maxpool k3 s2 ceil",
        "conv 384 relu; 2*conv 384 k1 relu; maxpool k3 s2 ceil",
        "conv 1024 relu; conv 1024 k1 relu; conv 1000 k1 relu; gap; flat");
  }

  /** With the input of 288² that the paper on DADS draws; published for 416². */
  private static ClassicNetwork tinyYolo() {
    double asPublished = 288.0 * 288 / 416 / 416;
    return new ClassicNetwork(
        "tiny-yolov2",
        288,
        "conv 16 leaky; maxpool; conv 32 leaky; maxpool; conv 64 leaky; maxpool; conv 128 leaky; "
            + "maxpool; conv 256 leaky; maxpool; conv 512 leaky; maxpool k2 s1 same; "
            + "2*conv 1024 leaky; conv 125 k1",
        new Published(
            6_970.0 / 2 * asPublished, 15.87, "Redmon 2016, Darknet: 6.97 GFLOP at 416²"));
  }

  private static ClassicNetwork resNet18() {
    return picture(
        "resnet18",
        new Published(1_814, 11.69, "He 2015; torchvision"),
        "conv 64 k7 s2 relu; maxpool k3 s2 p1; 2*" + basic(64, 1, ""),
        basic(128, 2, "conv 128 k1 s2"),
        basic(128, 1, ""),
        basic(256, 2, "conv 256 k1 s2"),
        basic(256, 1, ""),
        basic(512, 2, "conv 512 k1 s2"),
        basic(512, 1, "") + "; gap; fc 1000");
  }

  /** Two convolutions beside a way around them. */
  private static String basic(int width, int stride, String around) {
    return "seq{sum{conv %d s%d relu; conv %d | %s}; relu}".formatted(width, stride, width, around);
  }

  private static ClassicNetwork resNet50() {
    return picture(
        "resnet50",
        new Published(4_089, 25.56, "He 2015; torchvision, the stride in the window of 3"),
        "conv 64 k7 s2 relu; maxpool k3 s2 p1",
        stage(64, 1, 2),
        stage(128, 2, 3),
        stage(256, 2, 5),
        stage(512, 2, 2) + "; gap; fc 1000");
  }

  private static String stage(int width, int stride, int more) {
    String around = "conv %d k1 s%d".formatted(4 * width, stride);
    return bottleneck(width, stride, around) + "; " + more + "*" + bottleneck(width, 1, "");
  }

  private static String bottleneck(int width, int stride, String around) {
    return "seq{sum{conv %d k1 relu; conv %d s%d relu; conv %d k1 | %s}; relu}"
        .formatted(width, width, stride, 4 * width, around);
  }

  private static ClassicNetwork googLeNet() {
    return picture(
        "googlenet",
        new Published(1_600, 7.0, "Szegedy 2014, the Caffe model without side exits"),
        "conv 64 k7 s2 relu; maxpool k3 s2 ceil; conv 64 k1 relu; conv 192 relu",
        "maxpool k3 s2 ceil",
        inception(64, 96, 128, 16, 32, 32),
        inception(128, 128, 192, 32, 96, 64) + "; maxpool k3 s2 ceil",
        inception(192, 96, 208, 16, 48, 64),
        inception(160, 112, 224, 24, 64, 64),
        inception(128, 128, 256, 24, 64, 64),
        inception(112, 144, 288, 32, 64, 64),
        inception(256, 160, 320, 32, 128, 128) + "; maxpool k3 s2 ceil",
        inception(256, 160, 320, 32, 128, 128),
        inception(384, 192, 384, 48, 128, 128) + "; gap; fc 1000");
  }

  /** In the order of the paper's table. */
  private static String inception(Object... widths) {
    return ("cat{conv %d k1 relu | conv %d k1 relu; conv %d relu | conv %d k1 relu; conv %d k5 relu"
            + " | maxpool k3 s1 same; conv %d k1 relu}")
        .formatted(widths);
  }

  private static ClassicNetwork inceptionV4() {
    return new ClassicNetwork(
        "inception_v4",
        299,
        String.join(
            "; ",
            "conv 32 s2 valid relu; conv 32 valid relu; conv 64 relu",
            "cat{maxpool k3 s2 | conv 96 s2 valid relu}",
            "cat{conv 64 k1 relu; conv 96 valid relu | conv 64 k1 relu; conv 64 k1 w7 relu;"
                + " conv 64 k7 w1 relu; conv 96 valid relu}",
            "cat{conv 192 s2 valid relu | maxpool k3 s2}",
            "4*cat{avgpool k3 s1 same; conv 96 k1 relu | conv 96 k1 relu | conv 64 k1 relu;"
                + " conv 96 relu | conv 64 k1 relu; 2*conv 96 relu}",
            "cat{maxpool k3 s2 | conv 384 s2 valid relu | conv 192 k1 relu; conv 224 relu;"
                + " conv 256 s2 valid relu}",
            "7*cat{avgpool k3 s1 same; conv 128 k1 relu | conv 384 k1 relu | conv 192 k1 relu;"
                + " conv 224 k1 w7 relu; conv 256 k7 w1 relu | conv 192 k1 relu; conv 192 k7 w1"
                + " relu; conv 224 k1 w7 relu; conv 224 k7 w1 relu; conv 256 k1 w7 relu}",
            "cat{maxpool k3 s2 | conv 192 k1 relu; conv 192 s2 valid relu | conv 256 k1 relu;"
                + " conv 256 k1 w7 relu; conv 320 k7 w1 relu; conv 320 s2 valid relu}",
            "3*cat{avgpool k3 s1 same; conv 256 k1 relu | conv 256 k1 relu | conv 384 k1 relu;"
                + " cat{conv 256 k1 w3 relu | conv 256 k3 w1 relu} | conv 384 k1 relu;"
                + " conv 448 k3 w1 relu; conv 512 k1 w3 relu;"
                + " cat{conv 256 k1 w3 relu | conv 256 k3 w1 relu}}",
            "gap; fc 1000"),
        new Published(12_270, 42.68, "Szegedy 2016; the collection timm"));
  }

  private static ClassicNetwork mobileNetV2() {
    return picture(
        "mobilenet_v2",
        new Published(300, 3.5, "Sandler 2018; torchvision"),
        "conv 32 s2 relu6; dw relu6; conv 16 k1",
        inverted(16, 24, 2),
        inverted(24, 24, 1),
        inverted(24, 32, 2) + "; 2*" + inverted(32, 32, 1),
        inverted(32, 64, 2) + "; 3*" + inverted(64, 64, 1),
        inverted(64, 96, 1) + "; 2*" + inverted(96, 96, 1),
        inverted(96, 160, 2) + "; 2*" + inverted(160, 160, 1),
        inverted(160, 320, 1) + "; conv 1280 k1 relu6; gap; fc 1000");
  }

  private static String inverted(int from, int to, int stride) {
    String through = "conv %d k1 relu6; dw s%d relu6; conv %d k1".formatted(6 * from, stride, to);
    return (from == to && stride == 1 ? "sum{%s | }" : "seq{%s}").formatted(through);
  }

  private static ClassicNetwork squeezeNet() {
    return picture(
        "squeezenet1_0",
        new Published(819, 1.25, "Iandola 2016; torchvision"),
        "conv 96 k7 s2 valid relu; maxpool k3 s2 ceil; 2*" + fire(16, 64),
        fire(32, 128) + "; maxpool k3 s2 ceil; " + fire(32, 128) + "; 2*" + fire(48, 192),
        fire(64, 256) + "; maxpool k3 s2 ceil; " + fire(64, 256),
        "conv 1000 k1 relu; gap; flat");
  }

  private static String fire(int squeezed, int expanded) {
    return "seq{conv %d k1 relu; cat{conv %d k1 relu | conv %d relu}}"
        .formatted(squeezed, expanded, expanded);
  }

  private static ClassicNetwork denseNet() {
    return picture(
        "densenet121",
        new Published(2_834, 7.98, "Huang 2016; torchvision"),
        "conv 64 k7 s2 relu; maxpool k3 s2 p1",
        dense(6) + "; bn; relu; conv 128 k1; avgpool",
        dense(12) + "; bn; relu; conv 256 k1; avgpool",
        dense(24) + "; bn; relu; conv 512 k1; avgpool",
        dense(16) + "; bn; relu; gap; fc 1000");
  }

  private static String dense(int layers) {
    return layers + "*cat{ | bn; relu; conv 128 k1 relu; conv 32}";
  }

  private static ClassicNetwork deit() {
    return picture(
        "deit_tiny",
        new Published(1_258, 5.72, "Touvron 2020; the collection timm"),
        "conv 192 k16 s16 valid; tokens; class",
        "12*seq{sum{ln; attention h3 | }; sum{ln; linear 768 gelu; linear 192 | }}",
        "ln; first; fc 1000");
  }
}
