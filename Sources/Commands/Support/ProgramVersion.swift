/// The version that `heatsink --version` prints, and that signatures and backups record.
enum ProgramVersion {
    static let current = "0.1.0"
}
