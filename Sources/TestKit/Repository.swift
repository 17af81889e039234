internal import Foundation

/// Places in the source tree that tests read.
public enum Repository {
    /// The repository's root.
    public static var root: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }

    public static var models: String { root + "/Models" }
    /// A real photo; where it comes from is said in `Docs/Images/README.md`.
    public static var photo: String { root + "/Docs/Images/photo.jpg" }
}
