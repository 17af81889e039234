internal import Foundation

/// The secret that decides where in the spectrum which bit of a mark lies. Without it a mark can neither be read nor told from
/// grain; whoever has it can read, forge and remove marks.
public struct WatermarkKey: Sendable {
    /// 32.
    public static let byteCount = 32

    let bytes: Data

    /// - Parameter bytes: 32 bytes from a cryptographic source of randomness.
    public init(bytes: some Collection<UInt8>) throws(WatermarkError) {
        guard bytes.count == Self.byteCount else { throw .wrongKeyLength(given: bytes.count) }
        self.bytes = Data(bytes)
    }
}
