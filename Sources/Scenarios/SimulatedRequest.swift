/// Somebody wants a picture.
package struct SimulatedRequest: Hashable, Sendable {
    /// Since the beginning of the day.
    package var atMicroseconds: Int64
    /// The position of the group among the day's people.
    package var group: Int
    /// Counted from 0 within the group.
    package var person: Int
    package var isSignUp: Bool
    package var pictures: Int
    /// How long this person waits, from the request on.
    package var patienceMicroseconds: Int64

    package init(
        atMicroseconds: Int64,
        group: Int,
        person: Int,
        isSignUp: Bool,
        pictures: Int,
        patienceMicroseconds: Int64
    ) {
        self.atMicroseconds = atMicroseconds
        self.group = group
        self.person = person
        self.isSignUp = isSignUp
        self.pictures = pictures
        self.patienceMicroseconds = patienceMicroseconds
    }
}
