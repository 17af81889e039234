public import Imaging
public import SurgeCore

/// How a photo is to be painted.
public enum StyleMix: Hashable, Sendable {
    /// One weight for each style that the network has learned; they add up to 1.
    case learned([Float])
    /// What ``RestyleModel/styleVector(of:)`` said of a picture.
    case vector([Float])
}

/// Feed-forward style transfer: a photo in, a painted picture out, in one pass of a network.
///
/// Two pairs of networks. One has learned a fixed set of styles and paints at any size (Dumoulin, Shlens and Kudlur,
/// "A Learned Representation for Artistic Style", 2017). The other reads the style from any picture and paints at one
/// fixed size (Ghiasi, Lee, Kudlur, Dumoulin and Shlens, "Exploring the Structure of a Real-time, Arbitrary Neural
/// Artistic Stylization Network", 2017).
public struct RestyleModel: Sendable {
    public let entry: ModelCatalogue.Entry
    public let styles: StyleMatcher

    private let multistyle: any Graph
    private let predict: any Graph
    private let transform: any Graph

    /// Pixels on a side that the network of the arbitrary styles paints at.
    public static let arbitraryWorkingSide = 384
    /// Pixels on a side of the style picture that the predictor looks at.
    public static let stylePictureSide = 256
    private static let styleVectorCount = 100
    /// The network halves the picture twice, so its sides must be multiples of 4.
    private static let sideMultiple = 4
    private static let arbitraryOutput = "transformer/expand/conv3/conv/Sigmoid"
    private static let styleVectorName = "mobilenet_conv/Conv/BiasAdd"

    /// Loads the networks. The entry's files were verified before.
    public init(entry: ModelCatalogue.Entry, runtime: any Runtime) async throws(InferenceError) {
        func graph(_ name: String) async throws(InferenceError) -> any Graph {
            guard let file = entry.manifest.files[name] else {
                throw .invalidManifest(path: "\(entry.folder)/model.json", reason: "files.\(name) is missing")
            }
            return try await runtime.load(entry.path(of: file), profile: entry.profile(of: name))
        }
        guard let description = entry.manifest.restyle else {
            throw .invalidManifest(path: "\(entry.folder)/model.json", reason: "it is not of the kind restyle")
        }
        self.entry = entry
        self.styles = StyleMatcher(description)
        self.multistyle = try await graph("multistyle")
        self.predict = try await graph("predict")
        self.transform = try await graph("transform")
    }

    /// The rung for a job: one of the ladder for learned styles, the fixed size for style pictures.
    public func rung(forQuality quality: String, hasStylePicture: Bool) -> Rung? {
        guard let rung = entry.rung(forQuality: quality) else { return nil }
        guard hasStylePicture else { return rung }
        return entry.ladder.rungs.first { $0.workingSide == Self.arbitraryWorkingSide } ?? rung
    }

    /// Paints a photo. The result has the photo's size.
    ///
    /// - Parameter photo: three channels; its size is the working size.
    public func paint(_ photo: Raster, style: StyleMix) async throws(InferenceError) -> Raster {
        switch style {
        case .learned(let weights): try await paint(photo, weights: weights)
        case .vector(let vector): try await paint(photo, vector: vector)
        }
    }

    /// What the network makes of a picture as a style: 100 numbers.
    ///
    /// - Parameter picture: 256 x 256 pixels, three channels.
    public func styleVector(of picture: Raster) async throws(InferenceError) -> [Float] {
        let side = Self.stylePictureSide
        precondition(picture.size == PixelSize(width: side, height: side), "the style picture is \(side) pixels square")
        let input = GraphInput("style_image", shape: [1, side, side, 3]) { span in
            Pixels.writeInterleaved(picture, to: &span, width: side, height: side)
        }
        return try await predict.run([input], output: Self.styleVectorName) { _, values in
            (0..<values.count).map { values[$0] }
        }
    }

    private func paint(_ photo: Raster, weights: [Float]) async throws(InferenceError) -> Raster {
        let size = photo.size
        let width = size.width.roundedUp(to: Self.sideMultiple)
        let height = size.height.roundedUp(to: Self.sideMultiple)
        let inputs = [
            GraphInput("image", shape: [1, 3, height, width]) { span in
                Pixels.writePlanar(photo, to: &span, width: width, height: height)
            },
            GraphInput("style_weights", shape: [weights.count], values: weights),
        ]
        return try await multistyle.run(inputs, output: "stylized") { _, values in
            Pixels.readPlanar(values, width: width, height: height, cropped: size)
        }
    }

    private func paint(_ photo: Raster, vector: [Float]) async throws(InferenceError) -> Raster {
        let side = Self.arbitraryWorkingSide
        precondition(photo.size.longerSide <= side, "the photo fits \(side) pixels")
        let inputs = [
            GraphInput("content_image", shape: [1, side, side, 3]) { span in
                Pixels.writeInterleaved(photo, to: &span, width: side, height: side)
            },
            GraphInput(Self.styleVectorName, shape: [1, 1, 1, Self.styleVectorCount], values: vector),
        ]
        return try await transform.run(inputs, output: Self.arbitraryOutput) { _, values in
            Pixels.readInterleaved(values, width: side, cropped: photo.size)
        }
    }
}

extension Int {
    func roundedUp(to multiple: Int) -> Int { (self + multiple - 1) / multiple * multiple }
}
