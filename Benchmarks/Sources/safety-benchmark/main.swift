import Foundation
import Imaging
import Inference

// What the safety check says of pictures, and what it takes of the processor.
//
//   safety-benchmark MODELS PRECISION score PICTURE…   path, sexual, graphic: a line for each, between tabs
//   safety-benchmark MODELS PRECISION time             processor time for a picture of 1024 pixels

/// Processor time of all threads, in milliseconds: waiting for others does not count.
func processorMilliseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
}

func report(_ name: String, times count: Int, _ body: () throws -> Void) rethrows {
    var times: [Double] = []
    for _ in 0..<count {
        let start = processorMilliseconds()
        try body()
        times.append(processorMilliseconds() - start)
    }
    times.sort()
    let figures = [0.5, 0.95].map { String(format: "%.2f", times[Int($0 * Double(count - 1))]) }
    print("\(name): p50 \(figures[0]) ms, p95 \(figures[1]) ms of the processor")
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 3, let precision = OpenVINOSettings.Precision(rawValue: arguments[1]) else {
    print("usage: safety-benchmark MODELS auto|f32|bf16|f16 score PICTURE… | time")
    exit(2)
}
let classifier = try SafetyClassifier(models: arguments[0], precision: precision)
if arguments[2] == "score" {
    for path in arguments.dropFirst(3) {
        let scores = try classifier.scores(of: ImageDecoder().decode(.file(path), fitting: 100_000))
        print("\(path)\t\(scores.sexual)\t\(scores.graphic)")
    }
} else {
    for (width, height) in [(1_024, 1_024), (1_024, 768), (224, 224)] {
        let bytes = (0..<width * height * 3).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
        let picture = Raster(size: PixelSize(width: width, height: height), channels: 3, bytes: bytes)
        try report("\(picture.size)", times: 60) { _ = try classifier.scores(of: picture) }
    }
}
