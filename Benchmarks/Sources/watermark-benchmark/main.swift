import Foundation
import Watermarking

// Marks and reads the pictures that Benchmarks/watermark/compare.py sends. Each request is a line, and the picture's bytes
// where it has one; each answer is a line, and the marked picture's bytes.
//
//     key HEX               ok
//     mark WIDTH HEIGHT ID  marked DECIBELS MILLISECONDS
//     read WIDTH HEIGHT     read ID MILLISECONDS SCALE SYNCHRONISATION AGREEMENT MIRRORED, or none MILLISECONDS

/// All of `count` bytes, or what there is before the end.
func read(_ count: Int) throws -> Data {
    var bytes = Data()
    while bytes.count < count, let more = try FileHandle.standardInput.read(upToCount: count - bytes.count),
        !more.isEmpty
    {
        bytes += more
    }
    return bytes
}

/// The next line without its end, nothing at the end of the input. Nothing beyond it is taken from the pipe.
func readWords() throws -> [String]? {
    var line = Data()
    while let byte = try FileHandle.standardInput.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
        line.append(byte)
    }
    return line.isEmpty ? nil : String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
}

func answer(_ line: String, _ bytes: [UInt8] = []) throws {
    try FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8) + bytes)
}

/// Processor time of this thread: what others do on the machine does not count.
func milliseconds<Result>(_ body: () throws -> Result) rethrows -> (Result, Double) {
    func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }
    let start = now()
    let result = try body()
    return (result, now() - start)
}

var watermark = Watermark(key: try WatermarkKey(bytes: [UInt8](repeating: 0, count: WatermarkKey.byteCount)))
while let words = try readWords() {
    do {
        if words.count == 2, words[0] == "key" {
            let digits = Array(words[1])
            let bytes = stride(from: 0, to: digits.count - 1, by: 2).map {
                UInt8(String(digits[$0...$0 + 1]), radix: 16) ?? 0
            }
            watermark = Watermark(key: try WatermarkKey(bytes: bytes))
            try answer("ok")
        } else if words.count == 4, words[0] == "mark", let width = Int(words[1]), let height = Int(words[2]),
            let id = UInt64(words[3])
        {
            var picture = try [UInt8](read(width * height * 3))
            let (strength, time) = try milliseconds {
                try watermark.mark(&picture, width: width, height: height, id: id)
            }
            try answer("marked \(strength.decibels) \(time)", picture)
        } else if words.count == 3, words[0] == "read", let width = Int(words[1]), let height = Int(words[2]) {
            let picture = try [UInt8](read(width * height * 3))
            let (reading, time) = try milliseconds { try watermark.read(rgb: picture, width: width, height: height) }
            if let reading {
                let scale = (reading.horizontalScale * reading.verticalScale).squareRoot()
                try answer(
                    "read \(reading.id) \(time) \(scale) \(reading.synchronisation) \(reading.agreement) "
                        + "\(reading.isMirrored)"
                )
            } else {
                try answer("none \(time)")
            }
        } else {
            try answer("error: not a request")
        }
    } catch {
        try answer("error: \(error)")
    }
}
