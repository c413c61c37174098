"""How to export networks from PyTorch so that Oodlab can hook them. Copy what you need; nothing here runs in Oodlab.

Written for PyTorch 2.5 or newer and torchvision 0.20 or newer. `dynamo=False` chooses the tracing exporter, which
keeps the names given here; leave it out before PyTorch 2.5, where tracing is the only way.
"""

import torch
import torchvision
from torch import nn


class WithHooks(nn.Module):
    """Gives the outputs of named layers beside the network's own, so that they have names of your choice in the file."""

    def __init__(self, network, layers, output=lambda result: result):
        super().__init__()
        self.network = network
        self.output = output
        self.kept = {}
        for name in layers:
            self.network.get_submodule(name).register_forward_hook(self._keep(name))

    def _keep(self, name):
        def keep(_module, _inputs, output):
            self.kept[name] = output

        return keep

    def forward(self, image):
        self.kept = {}
        result = self.output(self.network(image))
        return (result, *self.kept.values())


def export(network, image, path, layers=(), output=lambda result: result, output_name="logits"):
    """Exports with any batch size; hooked layers are outputs called NAME.out, in the order in which the network runs them."""
    wrapped = WithHooks(network.train(False), layers, output)
    with torch.no_grad():
        wrapped(image)
    names = [output_name, *(name + ".out" for name in wrapped.kept)]
    torch.onnx.export(
        wrapped,
        (image,),
        path,
        input_names=["image"],
        output_names=names,
        dynamic_axes={name: {0: "batch"} for name in ["image", *names]},
        opset_version=17,
        dynamo=False,
    )


def resnet18(weights, path="resnet18.onnx", classes=10):
    """Classification. Hook layer3.out or layer4.out (feature maps, kind conv)."""
    network = torchvision.models.resnet18(num_classes=classes)
    network.load_state_dict(torch.load(weights, map_location="cpu"))
    fold_spectral_norm(network)
    export(network, torch.zeros(1, 3, 224, 224), path, layers=["layer3", "layer4"])


def fold_spectral_norm(network):
    """Spectral normalisation becomes part of the weights: the file holds plain convolutions."""
    for module in network.modules():
        if hasattr(module, "parametrizations"):
            for name in list(module.parametrizations):
                nn.utils.parametrize.remove_parametrizations(module, name, leave_parametrized=True)
        elif hasattr(module, "weight_orig"):
            nn.utils.remove_spectral_norm(module)


def vit(weights, path="vit.onnx", classes=10):
    """Vision transformer. Hook encoder.ln.out (tokens, kind tokens)."""
    torch.backends.mha.set_fastpath_enabled(False)  # The fused attention of inference has no ONNX form.
    network = torchvision.models.vit_b_16(num_classes=classes)
    network.load_state_dict(torch.load(weights, map_location="cpu"))
    export(network, torch.zeros(1, 3, 224, 224), path, layers=["encoder.ln"])


def deeplab(weights, path="deeplab.onnx", classes=19):
    """Segmentation. Hook classifier.0.out (the pyramid's joined map) or backbone.layer4.out."""
    network = torchvision.models.segmentation.deeplabv3_resnet50(num_classes=classes, weights_backbone=None)
    network.load_state_dict(torch.load(weights, map_location="cpu"))
    image = torch.zeros(1, 3, 512, 1024)
    export(network, image, path, ["backbone.layer4", "classifier.0"], lambda result: result["out"])


def unet(network, path="unet.onnx", bottleneck="bottleneck"):
    """Segmentation, any U-Net: name the module at the bottom of the U."""
    export(network, torch.zeros(1, 3, 256, 256), path, layers=[bottleneck])


def faster_rcnn(weights, path="faster_rcnn.onnx", classes=11):
    """
    Detection. One image without a batch axis, [3, height, width], any size: Oodlab then runs images one by one.
    Hook the shared map of the region proposal network or the pyramid levels: `oodlab inspect faster_rcnn.onnx` lists
    them with their kinds (rpn, conv), and the box head's features with kind roi.
    """
    network = torchvision.models.detection.fasterrcnn_resnet50_fpn(num_classes=classes, weights=None, weights_backbone=None)
    network.load_state_dict(torch.load(weights, map_location="cpu"))
    network.train(False)
    torch.onnx.export(
        network,
        ([torch.rand(3, 480, 640)],),
        path,
        input_names=["image"],
        output_names=["boxes", "labels", "scores"],
        dynamic_axes={"image": {1: "height", 2: "width"}, "boxes": {0: "n"}, "labels": {0: "n"}, "scores": {0: "n"}},
        opset_version=17,
        dynamo=False,
    )


def with_live_dropout(network, image, path, layers=()):
    """
    Keeps the network's own Dropout as random nodes, for the mechanism "model": everything else is in evaluation mode.
    Without this the exporter removes Dropout, and Oodlab draws its own at the hook, which is what most users want.
    """
    network.train(False)
    for module in network.modules():
        if isinstance(module, (nn.Dropout, nn.Dropout2d)):
            module.train()
    torch.onnx.export(
        WithHooks(network, layers),
        (image,),
        path,
        input_names=["image"],
        output_names=["logits", *(name + ".out" for name in layers)],
        dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}},
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
        opset_version=17,
        dynamo=False,
    )
