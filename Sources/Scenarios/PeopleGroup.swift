/// People who behave alike: who they are, when they come, what they ask for and how long they wait.
package struct PeopleGroup: Hashable, Sendable {
    package var name: String
    package var plan: String
    /// How many have an account when the day begins.
    package var members = 0
    /// What members ask for.
    package var requests = DemandCurve(perSecond: 0)
    /// Newcomers; each asks for a picture at once.
    package var signUps: DemandCurve?
    /// Arrivals that were recorded, instead of `requests`: a CSV file of seconds and, if wanted, a name.
    package var trace: String?
    /// How far their clocks are ahead of UTC.
    package var zoneHours = 0.0
    /// 1: members are equally likely to ask. Above: the first x of all send x to the power of 1 ÷ tail of the requests; with
    /// 3, one in a hundred sends a fifth.
    package var tail = 1
    package var model: String?
    /// A rung's name; nil: the best that there is.
    package var rung: String?
    /// Pictures of a request: how many, and the share of requests that ask for so many.
    package var pictures: [PictureCount] = [PictureCount(count: 1, share: 1)]
    package var size = 1.0
    package var client = ClientManner()

    package struct PictureCount: Hashable, Sendable {
        package var count: Int
        package var share: Double
    }

    package init(name: String, plan: String) {
        self.name = name
        self.plan = plan
    }
}

/// How a client sends a request and waits for it.
package struct ClientManner: Hashable, Sendable {
    package enum Mode: String, Hashable, Sendable, Decodable, NamedChoice {
        /// The connection is held until the answer is there.
        case held
        /// The job is accepted at once and asked after: its owner may close the app.
        case async
    }

    /// What it does with a no.
    package enum Retry: String, Hashable, Sendable, Decodable, NamedChoice {
        /// As official client libraries do: after what `Retry-After` says up to two minutes, else half a second, doubled each
        /// time up to 8, less up to a quarter by chance.
        case sdk
        /// After `pause`, whatever the server says.
        case hasty
    }

    package var mode = Mode.held
    /// How long half of the people wait before they give up, from their request on.
    package var patience: TimeSpan = 60
    /// 0: all wait equally long. Else patience is log-logistic with this scale: with 0.5, nine of ten wait longer than a
    /// third of the median, and one of ten longer than three times.
    package var patienceSpread = 0.0
    /// How long the client library waits for an answer before it breaks off and sends again; nil: as long as people do.
    package var timeout: TimeSpan?
    package var retries = 2
    package var retry = Retry.sdk
    package var pause: TimeSpan = 1
    /// The chance that somebody who got a picture asks for another one `again` later.
    package var againChance = 0.0
    package var again: TimeSpan = 60

    package init() {}
}

extension PeopleGroup: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, plan, members, requests, signUps, trace, zoneHours, tail, model, rung, pictures, size, client
    }

    private enum Pictures: Decodable {
        case same(Int)
        case mixed([Int: Double])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let count = try? container.decode(Int.self) {
                self = .same(count)
            } else {
                self = .mixed(try container.decode([Int: Double].self))
            }
        }
    }

    package init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        name = try fields.required(.name)
        plan = try fields.required(.plan)
        members = try fields.optional(.members) ?? members
        requests = try fields.optional(.requests) ?? requests
        signUps = try fields.optional(.signUps)
        trace = try fields.optional(.trace)
        zoneHours = try fields.optional(.zoneHours) ?? zoneHours
        tail = try fields.optional(.tail) ?? tail
        model = try fields.optional(.model)
        rung = try fields.optional(.rung)
        size = try fields.optional(.size) ?? size
        client = try fields.optional(.client) ?? client
        let written: Pictures? = try fields.optional(.pictures)
        switch written {
        case nil: break
        case .same(let count): pictures = [PictureCount(count: count, share: 1)]
        case .mixed(let shares):
            pictures = shares.sorted { $0.key < $1.key }.map { PictureCount(count: $0.key, share: $0.value) }
        }
        try check(fields)
    }

    private func check(_ fields: FieldReader<CodingKeys>) throws {
        guard (0...2_000_000_000).contains(members) else {
            throw fields.invalid(.members, "are \(members)", "give 0 to two thousand million")
        }
        guard members > 0 || signUps != nil else {
            throw fields.invalid(.members, "are 0, and nobody signs up", "give members or signUps")
        }
        guard (1...6).contains(tail) else { throw fields.invalid(.tail, "is \(tail)", "give 1 to 6") }
        guard (-14...14).contains(zoneHours) else {
            throw fields.invalid(.zoneHours, "is \(zoneHours)", "give -14 to 14")
        }
        guard size > 0, size <= 64 else { throw fields.invalid(.size, "is \(size)", "give a number above 0, up to 64") }
        guard !pictures.isEmpty, pictures.allSatisfy({ (1...32).contains($0.count) && $0.share > 0 && $0.share <= 1e6 })
        else {
            throw fields.invalid(.pictures, "are not 1 to 32 with shares above 0", "write 1, or {1: 0.9, 4: 0.1}")
        }
    }
}

extension ClientManner: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case mode, patience, patienceSpread, timeout, retries, retry, pause, againChance, again
    }

    package init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        mode = try fields.optional(.mode) ?? mode
        patience = try fields.optional(.patience) ?? patience
        patienceSpread = try fields.optional(.patienceSpread) ?? patienceSpread
        timeout = try fields.optional(.timeout)
        retries = try fields.optional(.retries) ?? retries
        retry = try fields.optional(.retry) ?? retry
        pause = try fields.optional(.pause) ?? pause
        againChance = try fields.optional(.againChance) ?? againChance
        again = try fields.optional(.again) ?? again
        guard patience.seconds > 0, (0...2).contains(patienceSpread), (0...1_000).contains(retries),
            pause.seconds > 0, (0...1).contains(againChance), timeout.map({ $0.seconds > 0 }) ?? true
        else {
            throw fields.invalid(
                .patience,
                "or another figure is out of its range",
                "give times above 0, a spread in 0...2, 0 to 1000 retries and a chance in 0...1"
            )
        }
    }
}
