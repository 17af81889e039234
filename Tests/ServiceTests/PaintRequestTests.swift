import Imaging
import SurgeCore
import Testing

@testable import Service

@Suite("A request as it is kept")
struct PaintRequestTests {
    private let request = PaintRequest(
        model: "restyle",
        prompt: "a / \"b\" é\u{0}",
        photo: "aa",
        stylePicture: "bb",
        mask: "cc",
        styles: [.learned(index: 3, revisedPrompt: "x"), .picture(strength: 0.9, revisedPrompt: "y")],
        outputSize: PixelSize(width: 64, height: 32),
        encoding: ImageEncoding(format: .webp, quality: 80),
        rung: "512",
        partialImages: 2
    )

    @Test("It comes back as it was")
    func roundTrips() {
        #expect(PaintRequest(json: request.json) == request)
        #expect(PaintRequest(json: "{}") == nil)
    }

    @Test("Requests for the same pictures have one fingerprint, others have not")
    func fingerprints() {
        var same = request
        same.wantsLinks = true
        same.isDetached = true
        #expect(same.fingerprint == request.fingerprint)
        var other = request
        other.prompt = "else"
        #expect(other.fingerprint != request.fingerprint)
    }

    @Test("A user's name that is written like the absence of one and further pictures makes another request")
    func fingerprintsLengths() {
        let words = [100, 100, 32].map { String(repeating: "w", count: $0) }
        var none = request
        none.user = nil
        none.styles = words.map { .learned(index: 3, revisedPrompt: $0) } + [.prompt]
        // 256 bytes: as a length, a zero byte, a one, and two zero bytes.
        let parts = words.map { word in
            let length = String(decoding: [UInt8(word.utf8.count), 0, 0, 0], as: UTF8.self)
            return "\u{1}\u{0}\u{0}\u{0}3" + length + word
        }
        var named = request
        named.user = String(parts.joined().unicodeScalars.dropFirst(3))
        named.styles = [.prompt]
        #expect(named.user?.utf8.count == 256)
        #expect(named.fingerprint != none.fingerprint)
        var empty = request
        empty.user = ""
        #expect(empty.fingerprint != request.fingerprint)
    }

    @Test("Whoever asks for partial pictures gets as many, rising, below the result", arguments: 1...3)
    func plansPartials(count: Int) throws {
        let rungs = [384, 512, 640, 768, 1_024].map {
            Rung(name: "\($0)", workingSide: $0, costDeviceSeconds: 1, quality: 0.5)
        }
        let ladder = try #require(Ladder(rungs))
        for rung in rungs {
            let sides = PaintPlan.partialSides(count: count, below: rung.workingSide, rung: rung, ladder: ladder)
            #expect(sides.count == count)
            #expect(sides == sides.sorted())
            #expect(sides.allSatisfy { $0 < rung.workingSide })
        }
    }
}

@Suite("A request for a picture from words, as it is kept")
struct GenerationRequestTests {
    private func request(_ seed: PaintRequest.Seed?) -> PaintRequest {
        PaintRequest(model: "meadow", prompt: "a", photo: "", styles: [.prompt, .prompt], rung: "4 steps", seed: seed)
    }

    private var drawn: PaintRequest.Seed {
        var generator = SystemRandomNumberGenerator()
        return PaintRequest.Seed(drawnFrom: &generator)
    }

    @Test("It comes back as it was, with its seed, strength and style")
    func roundTrips() {
        var request = request(PaintRequest.Seed(chosen: PaintRequest.Seed.largest))
        request.strength = 0.35
        request.style = "vivid"
        #expect(PaintRequest(json: request.json) == request)
        #expect(PaintRequest(json: self.request(nil).json) == self.request(nil))
    }

    @Test("A seed that was named makes requests different, one by chance does not")
    func fingerprints() {
        #expect(request(drawn).fingerprint == request(drawn).fingerprint)
        #expect(request(drawn).fingerprint == request(nil).fingerprint)
        #expect(request(.init(chosen: 1)).fingerprint != request(.init(chosen: 2)).fingerprint)
        #expect(request(.init(chosen: 1)).fingerprint != request(nil).fingerprint)
    }

    @Test("What older versions have kept is still read, and keeps its fingerprint")
    func readsOlder() throws {
        let text = """
            {"model":"restyle","prompt":"a","photo":"p","styles":[{"learned":{"index":0,"revisedPrompt":"r"}}],\
            "encoding":{"format":"png","quality":100},"requestedQuality":"auto","rung":"512","partialImages":0,\
            "wantsLinks":false,"isDetached":true}
            """
        let request = try #require(PaintRequest(json: text))
        #expect(request.seed == nil && request.strength == nil && request.style == nil)
        #expect(request.fingerprint == "22b674e5f629fa50141febfd9cbf374b67eb32d0a01b6df18851cd41c32abbef")
    }
}
