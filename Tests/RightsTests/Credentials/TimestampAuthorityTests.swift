import Foundation
import Imaging
import TestKit
import Testing

@testable import ContentCredentials

@Suite("Timestamp authorities")
struct TimestampAuthorityTests {
    @Test("Addresses", arguments: ["http://timestamp.example", "https://timestamp.example:8080/tsa"])
    func addresses(address: String) throws {
        #expect(try TimestampAuthority(address).address == address)
    }

    @Test(
        "No addresses",
        arguments: ["", "timestamp.example", "file:///etc/passwd", "http://", "ftp://a", "http://a b"]
    )
    func wrongAddresses(address: String) {
        #expect(throws: CredentialsError.timestampAuthority(address)) { try TimestampAuthority(address) }
    }

    @Test("Rests for a minute after a failure")
    func rest() throws {
        let authority = try TimestampAuthority("http://timestamp.example")
        let start = ContinuousClock.now
        let request = try #require(authority.begin(at: start))
        authority.end(request, succeeded: false, at: start + .seconds(1))
        #expect(authority.begin(at: start + .seconds(60)) == nil)
        let next = try #require(authority.begin(at: start + .seconds(61)))
        authority.end(next, succeeded: true, at: start + .seconds(61))
        #expect(authority.begin(at: start + .seconds(61)) != nil)
    }

    @Test("Is not asked again while an answer is late")
    func late() throws {
        let authority = try TimestampAuthority("http://timestamp.example")
        let start = ContinuousClock.now
        let first = try #require(authority.begin(at: start))
        let second = try #require(authority.begin(at: start + .seconds(1)))
        #expect(authority.begin(at: start + .seconds(2)) == nil)
        authority.end(first, succeeded: true, at: start + .seconds(2))
        #expect(authority.begin(at: start + .seconds(2)) != nil)
        authority.end(second, succeeded: true, at: start + .seconds(2))
    }

    @Test("An authority that is down delays no picture's credentials")
    func down() throws {
        let folder = try TemporaryFolder()
        let identity = try SigningIdentity.development(in: folder.path)
        // Nobody listens at port 1.
        let authority = try TimestampAuthority("http://127.0.0.1:1/")
        let credentials = try ContentCredentials(identity: identity, timestamps: authority)
        let reader = try CredentialsReader(own: [identity])
        let start = ContinuousClock.now
        for _ in 0..<3 {
            let signed = try credentials.sign(Studio.picture(.png), as: .png, saying: Studio.description())
            #expect(!signed.isTimestamped)
            #expect(try reader.read(signed.bytes, as: .png).verdict == .trusted)
        }
        #expect(authority.begin(at: start) == nil)
    }
}
