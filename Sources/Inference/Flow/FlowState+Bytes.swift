internal import Crypto

/// The compact form: a mark, a version, the fields in a fixed order (little-endian), and a checksum over all of it.
extension FlowState {
    private static let mark: [UInt8] = Array("HSFS".utf8)
    private static let version: UInt8 = 1
    private static let checksumCount = 8
    private static let textLimit = 255
    private static let stepLimit = 1_000
    private static let sideLimit = 4_096
    private static let channelLimit = 256
    /// Values that a state may have: no server saves more than it may hold.
    private static let valueLimit = 1 << 22
    private static let conditionLimit = 4_096

    /// A compact form that ``init(bytes:)`` reads again, in this process or another.
    public var bytes: [UInt8] {
        var writer = ByteWriter(Self.mark + [Self.version])
        for text in [model, modelDigest, rungName] { writer.append(text) }
        writer.append(seed)
        for number in [stepCount, firstStep, stepsDone, shape.channels, shape.height, shape.width] {
            writer.append(UInt32(clamping: number))
        }
        for values in [condition, latent, velocity] { writer.append(values) }
        return writer.bytes + Self.checksum(writer.bytes[...])
    }

    /// Reads what ``bytes`` wrote.
    ///
    /// - Throws: ``InferenceError/invalidState(reason:)``: the bytes may come from anywhere.
    public init(bytes: [UInt8]) throws(InferenceError) {
        guard bytes.starts(with: Self.mark) else { throw .invalidState(reason: "the bytes are not a saved picture") }
        guard bytes.count > Self.mark.count + Self.checksumCount else { throw ByteReader.tooShort }
        let version = bytes[Self.mark.count]
        guard version == Self.version else {
            throw .invalidState(reason: "it was saved in form \(version); this version knows form \(Self.version)")
        }
        let body = bytes.dropLast(Self.checksumCount)
        guard bytes.suffix(Self.checksumCount).elementsEqual(Self.checksum(body)) else {
            throw .invalidState(reason: "the saved bytes are damaged")
        }
        var reader = ByteReader(body.dropFirst(Self.mark.count + 1))
        model = try reader.text(limit: Self.textLimit)
        modelDigest = try reader.text(limit: Self.textLimit)
        rungName = try reader.text(limit: Self.textLimit)
        seed = try reader.number(UInt64.self)
        stepCount = try reader.count(1...Self.stepLimit, "steps")
        firstStep = try reader.count(0...stepCount - 1, "steps before the first")
        stepsDone = try reader.count(firstStep...stepCount, "steps done")
        shape = LatentShape(
            channels: try reader.count(1...Self.channelLimit, "channels"),
            height: try reader.count(1...Self.sideLimit, "rows"),
            width: try reader.count(1...Self.sideLimit, "columns")
        )
        guard shape.count <= Self.valueLimit else { throw .invalidState(reason: "it is too large") }
        condition = try reader.values(1...Self.conditionLimit, "values of its condition")
        latent = try reader.values(shape.count...shape.count, "values of its latent")
        let isUnderWay = stepsDone > firstStep && stepsDone < stepCount
        velocity = try reader.values(isUnderWay ? shape.count...shape.count : 0...0, "values of its last step")
        guard reader.isAtEnd else { throw .invalidState(reason: "something stands behind its end") }
    }

    static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        Array(SHA256.hash(data: bytes).prefix(checksumCount))
    }
}

/// One form for files and for JSON, so that one reader checks what comes from outside.
extension FlowState: Codable {
    public init(from decoder: any Decoder) throws {
        self = try FlowState(bytes: decoder.singleValueContainer().decode([UInt8].self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }
}

private struct ByteWriter {
    private(set) var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        for place in 0..<Number.bitWidth / 8 { bytes.append(UInt8(truncatingIfNeeded: number >> (place * 8))) }
    }

    mutating func append(_ text: String) {
        append(UInt16(clamping: text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ values: [Float]) {
        append(UInt32(clamping: values.count))
        bytes.reserveCapacity(bytes.count + values.count * 4)
        for value in values { append(value.bitPattern) }
    }
}

private struct ByteReader {
    static let tooShort = InferenceError.invalidState(reason: "the saved bytes end too early")

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    private mutating func take(_ count: Int) throws(InferenceError) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw Self.tooShort }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) throws(InferenceError) -> Number {
        try take(Number.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    mutating func count(_ range: ClosedRange<Int>, _ what: String) throws(InferenceError) -> Int {
        let count = Int(try number(UInt32.self))
        guard range.contains(count) else {
            throw .invalidState(reason: "it has \(count) \(what), not \(range.lowerBound) to \(range.upperBound)")
        }
        return count
    }

    mutating func text(limit: Int) throws(InferenceError) -> String {
        let count = Int(try number(UInt16.self))
        guard count <= limit, let text = String(validating: try take(count), as: UTF8.self) else {
            throw .invalidState(reason: "one of its names is no text of at most \(limit) bytes")
        }
        return text
    }

    mutating func values(_ range: ClosedRange<Int>, _ what: String) throws(InferenceError) -> [Float] {
        let count = try count(range, what)
        let raw = try take(count * 4)
        var values: [Float] = []
        values.reserveCapacity(count)
        for start in stride(from: raw.startIndex, to: raw.endIndex, by: 4) {
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(raw[start + $1]) << UInt32($1 * 8) }
            values.append(Float(bitPattern: bits))
        }
        guard values.allSatisfy(\.isFinite) else { throw .invalidState(reason: "some \(what) are no numbers") }
        return values
    }
}
