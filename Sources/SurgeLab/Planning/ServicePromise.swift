package import Scenarios

/// What a team wants to be able to say of its service, in words: `free p90 under 10 minutes, pro p99 under 30 s, nobody
/// refused`.
package struct ServicePromise: Hashable, Sendable {
    /// One part of it.
    package struct Clause: Hashable, Sendable {
        package enum Figure: Hashable, Sendable {
            /// The wait that this share of all requests stays under; a request without a picture waits for ever.
            case wait(share: Double, underSeconds: Double)
            /// Of all requests, those that ended with a no.
            case refused(under: Double)
            /// Of all requests, those that were delivered while their owner waited.
            case served(above: Double)
            /// The mean over delivered pictures.
            case quality(above: Double)
        }

        /// nil: everybody.
        package var plan: String?
        package var figure: Figure
        /// As it was written.
        package var text: String
    }

    package var clauses: [Clause]

    private static let grammar = """
        write clauses with commas between them: PLAN p90 under 10 minutes; PLAN refused under 1 %; nobody refused; \
        PLAN served above 99 %; PLAN quality above 0.8; and everybody for all plans
        """

    /// - Parameter plans: those of the day.
    package init(_ text: String, plans: [String]) throws(ScenarioError) {
        var clauses: [Clause] = []
        for part in text.split(separator: ",") {
            let words = part.lowercased().split(separator: " ").map(String.init)
            guard let clause = Self.clause(words, text: words.joined(separator: " ")) else {
                throw .invalid(field: "promise", reason: "'\(part)' is not understood", remedy: Self.grammar)
            }
            if let plan = clause.plan, !plans.contains(plan) {
                throw .invalid(
                    field: "promise",
                    reason: "nobody asks under the plan '\(plan)'",
                    remedy: "name one of \(plans.joined(separator: ", ")), or everybody"
                )
            }
            clauses.append(clause)
        }
        guard !clauses.isEmpty else { throw .invalid(field: "promise", reason: "is empty", remedy: Self.grammar) }
        self.clauses = clauses
    }

    private static func clause(_ words: [String], text: String) -> Clause? {
        if words == ["nobody", "refused"] { return Clause(plan: nil, figure: .refused(under: 0), text: text) }
        guard words.count >= 4 else { return nil }
        let plan = words[0] == "everybody" ? nil : words[0]
        let amount = words[3...].joined()
        func made(_ figure: Clause.Figure?) -> Clause? {
            figure.map { Clause(plan: plan, figure: $0, text: text) }
        }
        switch (words[1], words[2]) {
        case ("refused", "under"): return made(share(amount).map { .refused(under: $0) })
        case ("served", "above"): return made(share(amount).map { .served(above: $0) })
        case ("quality", "above"): return made(share(amount).map { .quality(above: $0) })
        case (let name, "under") where name.first == "p":
            guard let percent = Double(name.dropFirst()), percent > 0, percent < 100, let seconds = seconds(amount)
            else {
                return nil
            }
            return made(.wait(share: percent / 100, underSeconds: seconds))
        default: return nil
        }
    }

    private static func share(_ text: String) -> Double? {
        let share = text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
        return share.flatMap { (0...1).contains($0) ? $0 : nil }
    }

    private static func seconds(_ text: String) -> Double? {
        let names = [
            ("seconds", "s"), ("second", "s"), ("minutes", "min"), ("minute", "min"), ("hours", "h"), ("hour", "h"),
        ]
        var short = text
        for (long, unit) in names where short.hasSuffix(long) {
            short = short.dropLast(long.count) + unit
            break
        }
        return TimeSpan(short)?.seconds
    }
}
