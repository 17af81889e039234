internal import Commands

@main
enum Heatsink {
    static func main() async {
        await HeatsinkCommand.main()
    }
}
