import Foundation
import Glibc
import Imaging
import TestKit
import Testing

@testable import ContentCredentials

@Suite("Manifests that are kept elsewhere")
struct RemoteManifestTests {
    /// Somebody who listens and notices who calls.
    private struct Listener: ~Copyable {
        let descriptor: Int32
        let port: UInt16

        init() throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let descriptor = descriptor
            let isListening = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0
                        && getsockname(descriptor, $0, &length) == 0
                }
            }
            try #require(isListening)
            port = UInt16(bigEndian: address.sin_port)
        }

        deinit { close(descriptor) }

        var wasCalled: Bool { accept(descriptor, nil, nil) >= 0 }
    }

    private static func picture(pointingTo port: UInt16) throws -> [UInt8] {
        let packet = """
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\
            <rdf:Description rdf:about="" xmlns:dcterms="http://purl.org/dc/terms/" \
            dcterms:provenance="http://127.0.0.1:\(port)/manifest.c2pa"/></rdf:RDF></x:xmpmeta>
            """
        let content = Array("iTXtXML:com.adobe.xmp\u{0}\u{0}\u{0}\u{0}\u{0}\(packet)".utf8)
        let length = withUnsafeBytes(of: UInt32(content.count - 4).bigEndian, Array.init)
        let picture = try Studio.picture(.png)
        // Behind the header; nobody who reads it here looks at the checksum.
        return Array(picture[..<33]) + length + content + [0, 0, 0, 0] + picture[33...]
    }

    @Test("An address in a file is not called, neither by reading nor as an ingredient")
    func notFetched() throws {
        let signatory = try Signatory()
        let listener = try Listener()
        let picture = try Self.picture(pointingTo: listener.port)
        let report = try signatory.reader.read(picture, as: .png)
        #expect(report.verdict == .absent)
        #expect(report.findings.map(\.code) == ["manifest.inaccessible"])
        let signed = try signatory.credentials.sign(
            Studio.picture(.jpeg),
            as: .jpeg,
            saying: Studio.description(.edited(Studio.ingredient(picture, .png)))
        )
        #expect(try signatory.reader.read(signed.bytes, as: .jpeg).verdict == .trusted)
        let wasCalled = listener.wasCalled
        #expect(!wasCalled)
    }
}
