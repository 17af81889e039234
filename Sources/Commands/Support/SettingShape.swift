internal import Foundation
internal import Glibc

/// What settings that are more than numbers must look like. Each function returns what is meant, or throws what is wrong with
/// it, in words that follow the setting's key and end with the remedy.
enum SettingShape {
    /// What is wrong with a value.
    struct Problem: Error, Hashable {
        let sentence: String

        init(_ sentence: String) { self.sentence = sentence }
    }

    // MARK: Addresses

    /// Where to listen: an IPv4 or IPv6 address, or a name.
    static func host(_ text: String) throws(Problem) -> String {
        guard isHost(text) else {
            throw Problem(
                "'\(text)' is no host to listen on; name one, or an address such as 127.0.0.1, 0.0.0.0 or ::1"
            )
        }
        return text
    }

    /// Where links begin: `http` or `https`, a host, perhaps a port, and nothing else.
    ///
    /// - Returns: as browsers write an origin: in lower case, without a port that goes without saying.
    static func origin(_ text: String) throws(Problem) -> String {
        let remedy = "write it as https://pictures.example.org, with a port if it has one and nothing behind that"
        guard let parts = URLParts(text), parts.rest.isEmpty || parts.rest == "/" else {
            throw Problem("'\(text)' is no address where links can begin; \(remedy)")
        }
        let isUsual = parts.port == (parts.scheme == "https" ? 443 : 80)
        let port = parts.port.flatMap { isUsual ? nil : ":\($0)" } ?? ""
        return "\(parts.scheme)://\(parts.host)\(port)"
    }

    /// Where another server is asked: a path and a query may follow.
    static func serviceAddress(_ text: String) throws(Problem) -> String {
        let signs = text.unicodeScalars.allSatisfy { (0x21...0x7E).contains($0.value) }
        guard signs, let parts = URLParts(text), !parts.rest.contains("#") else {
            throw Problem(
                "'\(text)' is no address of a server; write it as https://timestamps.example.org/path, without a password"
            )
        }
        return text
    }

    /// An `http` or `https` address in its parts; nil for everything that is none or carries a user's name.
    private struct URLParts {
        let scheme: String
        /// In lower case; an IPv6 address in its brackets.
        let host: String
        let port: Int?
        /// From the first sign behind the port.
        let rest: Substring

        init?(_ text: String) {
            let lowered = text.lowercased()
            guard let scheme = ["https", "http"].first(where: { lowered.hasPrefix($0 + "://") }) else { return nil }
            let tail = text.dropFirst(scheme.count + 3)
            let authority = tail.prefix { !"/?#\\".contains($0) }
            var host = authority[...]
            var port: Int?
            if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
                let digits = authority[authority.index(after: colon)...]
                guard let number = SettingShape.digits(digits), (1...65_535).contains(number) else { return nil }
                (host, port) = (authority[..<colon], number)
            }
            let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
            let bare = isBracketed ? host.dropFirst().dropLast() : host
            guard SettingShape.isHost(String(bare)), isBracketed == bare.contains(":") else { return nil }
            self.scheme = scheme
            self.host = host.lowercased()
            self.port = port
            rest = tail[authority.endIndex...]
        }
    }

    private static func isHost(_ text: String) -> Bool {
        var address = in6_addr()
        if text.contains(":") { return inet_pton(AF_INET6, text, &address) == 1 }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard !text.isEmpty, text.utf8.count <= 253,
            labels.allSatisfy({ label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy {
                        isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                    }
            })
        else { return false }
        // Numbers at the end are meant as an address, in forms that only some resolvers read.
        let last = labels.last.map(String.init)?.lowercased() ?? ""
        guard last.utf8.allSatisfy({ (48...57).contains($0) }) || last.hasPrefix("0x") else { return true }
        var number = in_addr()
        return inet_pton(AF_INET, text, &number) == 1
    }

    // MARK: Names

    /// A path: something, on one line.
    static func path(_ text: String) throws(Problem) -> String {
        guard !text.isEmpty, PlainText.shown(text) == text else {
            throw Problem("'\(text)' is no path; it must not be empty or hold control characters")
        }
        return text
    }

    /// A name for programs: of a model or of a plan.
    static func identifier(_ text: String) throws(Problem) -> String {
        let isOne = text.utf8.allSatisfy { isLetterOrDigit($0) || [UInt8(ascii: "-"), UInt8(ascii: "_")].contains($0) }
        guard isOne, (1...64).contains(text.utf8.count) else {
            throw Problem("'\(text)' is no name here; take letters, digits, - and _, at most 64")
        }
        return text
    }

    /// A currency by its code in ISO 4217: browsers know no other.
    static func currency(_ text: String) throws(Problem) -> String {
        guard text.utf8.count == 3, text.utf8.allSatisfy({ (65...90).contains($0) }) else {
            throw Problem("'\(text)' is no currency; write its three capital letters, such as EUR")
        }
        return text
    }

    /// Whom to write to, as the public page shows it: words, an e-mail address, or an address of a page.
    static func contact(_ text: String) throws(Problem) -> String {
        guard text.count <= 300, PlainText.shown(text) == text else {
            throw Problem("'\(text.prefix(300))' is not shown to anybody; take one line of at most 300 characters")
        }
        let scheme = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
        let isAddress = text.dropFirst(scheme.count).first == ":" && text.dropFirst(scheme.count + 1).first != " "
        guard !isAddress || ["http", "https", "mailto"].contains(scheme.lowercased()) else {
            throw Problem(
                "'\(text)' is no contact; write an e-mail address, or one that begins with https:// or mailto:"
            )
        }
        if ["http", "https"].contains(scheme.lowercased()), isAddress { return try serviceAddress(text) }
        return text
    }

    // MARK: Numbers

    /// Digits only: what else Swift reads as a number is a mistake in a configuration.
    static func digits(_ text: some StringProtocol) -> Int? {
        text.utf8.allSatisfy { (48...57).contains($0) } ? Int(text) : nil
    }

    static func isPlainNumber(_ text: String) -> Bool {
        text.utf8.allSatisfy { (48...57).contains($0) || "-.eE+".utf8.contains($0) } && !text.hasPrefix("+")
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}
