package org.scalpel.learn;

import java.util.ArrayList;
import java.util.List;

/**
 * The real networks around which kernels are generated: their blocks, in their order, with their
 * widths, windows and strides, as their papers give them. A block is written as in {@link Step}.
 */
final class Architectures {
  private static final List<Long> PICTURE = List.of(3L, 224L, 224L);

  private Architectures() {}

  static List<Architecture> all() {
    List<Architecture> all = new ArrayList<>();
    addPlain(all);
    addResidual(all);
    addBranched(all);
    addMobile(all);
    addDetectors(all);
    addSequences(all);
    return List.copyOf(all);
  }

  private static void add(List<Architecture> all, String name, List<Long> input, String... steps) {
    all.add(new Architecture(name, input, Step.parse(String.join("; ", steps))));
  }

  private static void addPlain(List<Architecture> all) {
    add(
        all,
        "alexnet",
        PICTURE,
        "conv 64 k11 s4 relu; maxpool k3 s2; conv 192 k5 relu; maxpool k3 s2; conv 384 relu",
        "2*conv 256 relu; maxpool k3 s2; fc 4096 relu; fc 4096 relu; fc 1000; softmax");
    add(
        all,
        "alexnet-lrn",
        PICTURE,
        "conv 96 k11 s4 relu; lrn k5; maxpool k3 s2; conv 256 k5 relu; lrn k5; maxpool k3 s2",
        "2*conv 384 relu; conv 256 relu; maxpool k3 s2; fc 4096 relu; fc 1000; softmax");
    add(
        all,
        "vgg16",
        PICTURE,
        "2*conv 64 relu; maxpool; 2*conv 128 relu; maxpool; 3*conv 256 relu; maxpool",
        "3*conv 512 relu; maxpool; 3*conv 512 relu; maxpool; fc 4096 relu; fc 4096 relu; fc 1000",
        "softmax");
    add(
        all,
        "nin",
        PICTURE,
        "conv 96 k11 s4 relu; 2*conv 96 k1 relu; maxpool k3 s2; conv 256 k5 relu",
        "2*conv 256 k1 relu; maxpool k3 s2; conv 384 relu; 2*conv 384 k1 relu; maxpool k3 s2",
        "conv 1024 relu; conv 1024 k1 relu; conv 1000 k1 relu; gap");
    add(
        all,
        "squeezenet1_0",
        PICTURE,
        "conv 96 k7 s2 relu; maxpool k3 s2; 2*fire 16 64 relu; fire 32 128 relu; maxpool k3 s2",
        "fire 32 128 relu; 2*fire 48 192 relu; fire 64 256 relu; maxpool k3 s2; fire 64 256 relu",
        "conv 1000 k1 relu; gap");
  }

  private static void addResidual(List<Architecture> all) {
    add(
        all,
        "resnet18",
        PICTURE,
        "conv 64 k7 s2 relu; maxpool k3 s2; 2*basic 64 relu; basic 128 s2 relu; basic 128 relu",
        "basic 256 s2 relu; basic 256 relu; basic 512 s2 relu; basic 512 relu; gap; fc 1000");
    add(
        all,
        "resnet34",
        PICTURE,
        "conv 64 k7 s2 relu; maxpool k3 s2; 3*basic 64 relu; basic 128 s2 relu; 3*basic 128 relu",
        "basic 256 s2 relu; 5*basic 256 relu; basic 512 s2 relu; 2*basic 512 relu; gap; fc 1000");
    add(
        all,
        "resnet20-cifar",
        List.of(3L, 32L, 32L),
        "conv 16 relu; 3*basic 16 relu; basic 32 s2 relu; 2*basic 32 relu; basic 64 s2 relu",
        "2*basic 64 relu; gap; fc 10");
    add(
        all,
        "resnet50",
        PICTURE,
        "conv 64 k7 s2 relu; maxpool k3 s2; 3*bottleneck 256 64 relu; bottleneck 512 128 s2 relu",
        "3*bottleneck 512 128 relu; bottleneck 1024 256 s2 relu; 5*bottleneck 1024 256 relu",
        "bottleneck 2048 512 s2 relu; 2*bottleneck 2048 512 relu; gap; fc 1000; softmax");
    add(
        all,
        "resnext50",
        PICTURE,
        "conv 64 k7 s2 relu; maxpool k3 s2; 2*bottleneck 256 128 g4 relu",
        "bottleneck 512 256 g8 s2 relu; 2*bottleneck 512 256 g8 relu",
        "bottleneck 1024 512 g16 s2 relu; 2*bottleneck 1024 512 g16 relu",
        "bottleneck 2048 1024 g32 s2 relu; bottleneck 2048 1024 g32 relu; gap; fc 1000");
    add(
        all,
        "regnet_y_400mf",
        PICTURE,
        "conv 32 s2 relu; bottleneck 48 48 g8 s2 relu se; bottleneck 104 104 g8 s2 relu se",
        "2*bottleneck 104 104 g8 relu se; bottleneck 208 208 g8 s2 relu se",
        "5*bottleneck 208 208 g8 relu se; bottleneck 440 440 g8 s2 relu se",
        "5*bottleneck 440 440 g8 relu se; gap; fc 1000");
    add(
        all,
        "densenet121",
        PICTURE,
        "conv 64 k7 s2 relu; maxpool k3 s2; 6*dense 32; transition 128; 12*dense 32",
        "transition 256; 24*dense 32; transition 512; 16*dense 32; gap; fc 1000");
    add(
        all,
        "convnext_tiny",
        PICTURE,
        "conv 96 k5 s4; 3*convnext; conv 192 k2 s2; 3*convnext; conv 384 k2 s2; 9*convnext",
        "conv 768 k2 s2; 3*convnext; gap; fc 1000");
  }

  private static void addBranched(List<Architecture> all) {
    add(
        all,
        "googlenet",
        PICTURE,
        "conv 64 k7 s2 relu; maxpool k3 s2; conv 64 k1 relu; conv 192 relu; maxpool k3 s2",
        "inception 64 96 128 16 32 32 k3 relu; inception 128 128 192 32 96 64 k3 relu",
        "maxpool k3 s2; inception 192 96 208 16 48 64 k3 relu",
        "inception 160 112 224 24 64 64 k3 relu; inception 128 128 256 24 64 64 k3 relu",
        "inception 112 144 288 32 64 64 k3 relu; inception 256 160 320 32 128 128 k3 relu",
        "maxpool k2 s2; inception 256 160 320 32 128 128 k3 relu",
        "inception 384 192 384 48 128 128 k3 relu; gap; fc 1000");
    add(
        all,
        "inception_v3",
        List.of(3L, 299L, 299L),
        "conv 32 s2 relu; conv 32 relu; conv 64 relu; maxpool k3 s2; conv 80 k1 relu",
        "conv 192 relu; maxpool k3 s2; inception 64 64 96 48 64 32 relu avg",
        "2*inception 64 64 96 48 64 64 relu avg; conv 384 s2 relu; conv 128 k1 relu",
        "factor 192 k7 relu; inception 192 128 192 128 192 192 relu avg; factor 192 k7 relu",
        "conv 768 s2 relu; inception 320 384 384 448 384 192 k3 relu avg; factor 384 k3 relu",
        "conv 2048 k1 relu; gap; fc 1000; softmax");
    add(
        all,
        "inception_v4",
        List.of(3L, 299L, 299L),
        "conv 32 s2 relu; conv 32 relu; conv 64 relu; conv 96 s2 relu; conv 64 k1 relu",
        "factor 64 k7 relu; conv 96 relu; conv 192 s2 relu; 4*inception 96 64 96 64 96 96 k3 relu avg",
        "conv 384 s2 relu; 2*inception 384 192 224 192 224 128 k3 relu avg; factor 256 k7 relu",
        "conv 1024 k1 relu; conv 384 s2 relu; inception 256 384 256 384 512 256 k3 relu avg",
        "factor 256 k3 relu; conv 1536 k1 relu; gap; fc 1000");
  }

  private static void addMobile(List<Architecture> all) {
    add(
        all,
        "mobilenet_v1",
        PICTURE,
        "conv 32 s2 relu6; dw relu6; conv 64 k1 relu6; dw s2 relu6; conv 128 k1 relu6; dw relu6",
        "conv 128 k1 relu6; dw s2 relu6; conv 256 k1 relu6; dw relu6; conv 256 k1 relu6",
        "dw s2 relu6; conv 512 k1 relu6; dw relu6; conv 512 k1 relu6; dw relu6; conv 512 k1 relu6",
        "dw s2 relu6; conv 1024 k1 relu6; dw relu6; conv 1024 k1 relu6; gap; fc 1000; softmax");
    add(
        all,
        "mobilenet_v2",
        PICTURE,
        "conv 32 s2 relu6; mb 16 e1 relu6; mb 24 s2 relu6; mb 24 relu6; mb 32 s2 relu6",
        "2*mb 32 relu6; mb 64 s2 relu6; 3*mb 64 relu6; 3*mb 96 relu6; mb 160 s2 relu6",
        "2*mb 160 relu6; mb 320 relu6; conv 1280 k1 relu6; gap; fc 1001; softmax");
    add(
        all,
        "mobilenet_v3_large",
        PICTURE,
        "conv 16 s2 hswish; mb 16 e1 relu; mb 24 e4 s2 relu; mb 24 e3 relu; mb 40 e3 k5 s2 relu se",
        "2*mb 40 e3 k5 relu se; mb 80 e6 s2 hswish; 3*mb 80 e3 hswish; 2*mb 112 hswish se",
        "mb 160 k5 s2 hswish se; 2*mb 160 k5 hswish se; conv 960 k1 hswish; gap; fc 1280 hswish",
        "fc 1000");
    add(
        all,
        "mobilenet_v3_small",
        PICTURE,
        "conv 16 s2 hswish; mb 16 e1 s2 relu se; mb 24 e4 s2 relu; mb 24 e4 relu",
        "mb 40 e4 k5 s2 hswish se; 2*mb 40 k5 hswish se; 2*mb 48 e3 k5 hswish se",
        "mb 96 k5 s2 hswish se; 2*mb 96 k5 hswish se; conv 576 k1 hswish; gap; fc 1024 hswish",
        "fc 1000");
    add(
        all,
        "mnasnet1_0",
        PICTURE,
        "conv 32 s2 relu; dw relu; conv 16 k1; mb 24 e3 s2 relu; 2*mb 24 e3 relu",
        "mb 40 e3 k5 s2 relu; 2*mb 40 e3 k5 relu; mb 80 k5 s2 relu; 2*mb 80 k5 relu; 2*mb 96 relu",
        "mb 192 k5 s2 relu; 3*mb 192 k5 relu; mb 320 relu; conv 1280 k1 relu; gap; fc 1000");
    add(
        all,
        "efficientnet_b0",
        PICTURE,
        "conv 32 s2 silu; mb 16 e1 silu se; mb 24 s2 silu se; mb 24 silu se; mb 40 k5 s2 silu se",
        "mb 40 k5 silu se; mb 80 s2 silu se; 2*mb 80 silu se; 3*mb 112 k5 silu se",
        "mb 192 k5 s2 silu se; 3*mb 192 k5 silu se; mb 320 silu se; conv 1280 k1 silu; gap; fc 1000");
    add(
        all,
        "shufflenet_v2_x1_0",
        PICTURE,
        "conv 24 s2 relu; maxpool k3 s2; shuffle 116 s2; 3*shuffle 116; shuffle 232 s2",
        "7*shuffle 232; shuffle 464 s2; 3*shuffle 464; conv 1024 k1 relu; gap; fc 1000");
  }

  private static void addDetectors(List<Architecture> all) {
    add(
        all,
        "tiny-yolov2",
        List.of(3L, 416L, 416L),
        "conv 16 leaky; maxpool; conv 32 leaky; maxpool; conv 64 leaky; maxpool; conv 128 leaky",
        "maxpool; conv 256 leaky; maxpool; conv 512 leaky; maxpool k2 s1; 2*conv 1024 leaky",
        "conv 125 k1");
    add(
        all,
        "yolox_nano",
        List.of(3L, 416L, 416L),
        "focus 16 silu; dw s2 silu; conv 32 k1 silu; csp 32 silu; dw s2 silu; conv 64 k1 silu",
        "csp 64 silu; dw s2 silu; conv 128 k1 silu; csp 128 silu; maxpool k5 s1; maxpool k9 s1",
        "conv 128 k1 silu; up s2; csp 64 silu; dw silu; conv 64 k1 silu; conv 85 k1 sigmoid");
    add(
        all,
        "deeplabv3",
        List.of(3L, 257L, 257L),
        "conv 32 s2 relu6; mb 24 s2 relu6; mb 32 s2 relu6; 2*mb 32 relu6; mb 64 relu6",
        "2*mb 96 relu6; conv 256 d2 relu; dw k3 relu; conv 256 d4 k3 relu; conv 256 k1 relu",
        "conv 21 k1; up s4 linear; up s2 linear");
    add(
        all,
        "unet",
        List.of(3L, 256L, 256L),
        "conv 32 relu; unet 32 relu; conv 64 s2 relu; unet 64 relu deconv; conv 128 s2 relu",
        "unet 128 relu; conv 128 relu; unet 128 relu deconv; deconv 64 s2; conv 64 relu",
        "up s2 linear; conv 32 relu; act sigmoid; conv 2 k1; softmax");
    add(
        all,
        "superres",
        List.of(1L, 128L, 128L),
        "conv 56 k5 prelu; conv 12 k1 prelu; 3*conv 12 prelu; conv 56 k1 prelu; deconv 16 s2",
        "act tanh; conv 32 elu; up s2; conv 3; act hsigmoid");
  }

  private static void addSequences(List<Architecture> all) {
    add(
        all,
        "vit_b_16",
        PICTURE,
        "conv 768 k16 s16; tokens; ln; 12*encoder 12 3072 gelu pre; mean; fc 1000");
    add(
        all,
        "deit_tiny",
        PICTURE,
        "conv 192 k16 s16; tokens; 12*encoder 3 768 gelu pre; ln; mean; fc 1000; softmax");
    add(
        all,
        "vit-fused",
        PICTURE,
        "conv 384 k16 s16; tokens; 8*encoder 6 1536 gelu pre fused; ln; mean; fc 1000");
    add(
        all,
        "bert-base",
        List.of(128L),
        "embed 30522 768; 12*encoder 12 3072 gelu; linear 768 tanh; mean; fc 2");
    add(
        all,
        "minilm",
        List.of(128L),
        "embed 30522 384; 3*encoder 12 1536 gelu int plain; 3*encoder 12 1536 gelu plain; mean");
    add(
        all,
        "mixer-s16",
        PICTURE,
        "conv 512 k16 s16; tokens; 8*mixer 256 2048 gelu; ln; mean; fc 1000");
    add(
        all,
        "lstm-language",
        List.of(64L),
        "embed 10000 256; lstm 512; lstm 512; linear 256 relu; linear 2000; softmax");
    add(
        all,
        "gru-speech",
        List.of(100L),
        "embed 256 80; gru 256 bi; gru 256 bi; ln; gru 256; linear 512 relu; linear 64; softmax");
    add(
        all,
        "crnn-ocr",
        List.of(1L, 32L, 160L),
        "conv 64 relu; maxpool; conv 128 relu; maxpool; conv 256 relu; conv 256 relu; maxpool k2 s2",
        "conv 512 relu; tokens; lstm 256 bi; lstm 256 bi; linear 96; softmax");
  }
}
