internal import Hummingbird
internal import StrictJSON
internal import SurgeCore

/// Which part of a list is wanted.
struct PageRequest {
    private static let largest = 100

    let limit: Int
    let after: JobID?

    init(_ request: Request, default count: Int) throws(APIError) {
        let query = request.uri.queryParameters
        guard let limit = query["limit"].map({ JSONParser.integer($0) }) ?? count, (1...Self.largest).contains(limit)
        else {
            throw .invalid("limit", "'limit' must be a whole number from 1 to \(Self.largest).")
        }
        self.limit = limit
        after = query["after"].map { JobID(rawValue: String($0)) }
    }
}
