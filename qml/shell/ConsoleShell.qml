// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! The whole console as one item, for a window of its own or inside another application.
FocusScope {
    id: shell

    required property Session session
    //! Null where the program chose the gateway itself.
    property Connector connector: null
    property string current: "now"
    readonly property bool isNarrow: width < 1100
    readonly property var pages: [
        { name: "now", title: qsTr("Now"), glyph: "now", badge: "" },
        { name: "connections", title: qsTr("Connections"), glyph: "links", badge: "" },
        { name: "channels", title: qsTr("Channels"), glyph: "streams", badge: "" },
        { name: "intents", title: qsTr("Intents"), glyph: "intents", badge: "" },
        { name: "log", title: qsTr("Log & audit"), glyph: "log", badge: "" },
        { name: "policy", title: qsTr("Policy"), glyph: "policy", badge: "" },
        { name: "config", title: qsTr("Config"), glyph: "config", badge: "" }
    ]
    readonly property Page page: frame.currentPage
    readonly property alias palette: palette
    readonly property alias help: help
    readonly property alias commandDialog: dialog
    readonly property alias connectSheet: connectSheet
    readonly property alias toasts: toasts
    readonly property bool isTyping: Window.activeFocusItem !== null && (Window.activeFocusItem instanceof TextInput || Window.activeFocusItem instanceof TextEdit)
    readonly property bool isBlocked: palette.opened || help.opened || dialog.opened || connectSheet.opened

    function go(name, what) {
        if (!pages.some(page => page.name === name))
            return
        current = name
        if (what !== undefined && what !== null)
            page.open(what)
        page.forceActiveFocus()
    }

    function back() {
        if (page === null || page.back())
            return
        page.forceActiveFocus()
    }

    function perform(action) {
        switch (action.kind) {
        case "page": go(action.name, action.what); break
        case "theme": Theme.mode = action.mode; break
        case "help": help.open(); break
        case "connect": connectSheet.open(); break
        case "server": connector.reopen(action.url); break
        case "command": dialog.ask(action.resource, action.command, []); break
        case "pause": page.isPaused = !page.isPaused; break
        }
    }

    function paletteEntries() {
        const entries = pages.map((page, index) => ({ title: page.title, group: qsTr("Page"), glyph: page.glyph, shortcut: String(index + 1),
            words: page.name, action: { kind: "page", name: page.name } }))
        const add = (title, group, glyph, words, action, shortcut) => entries.push({ title: title, group: group, glyph: glyph, words: words, action: action, shortcut: shortcut || "" })
        const deep = (title, glyph, words, name, what) => add(title, qsTr("Page"), glyph, words, { kind: "page", name: name, what: what })
        deep(qsTr("Dead letters"), "intents", "failed indeterminate", "intents", { lane: "dead" })
        deep(qsTr("Unhandled dead letters"), "intents", "failed indeterminate marked", "intents", { lane: "open" })
        deep(qsTr("Audit"), "policy", "operators who did what", "log", { tab: "audit" })
        deep(qsTr("Why: recorded decisions"), "info", "dropped denied filtered delayed refused", "log", { tab: "decisions" })
        deep(qsTr("Rate limits"), "clock", "hits", "log", { tab: "limits" })
        deep(qsTr("Would somebody be allowed?"), "policy", "explain rules", "policy", { tab: "ask" })
        deep(qsTr("Users"), "user", "accounts roles disable", "policy", { tab: "users" })
        deep(qsTr("API keys"), "key", "revoke", "policy", { tab: "keys" })
        deep(qsTr("Sessions"), "user", "logins revoke", "policy", { tab: "sessions" })
        add(qsTr("Pause or go on"), qsTr("Console"), "pause", "hold freeze", { kind: "pause" }, "Space")
        add(qsTr("Theme: dark"), qsTr("Console"), "moon", "night", { kind: "theme", mode: Theme.Dark })
        add(qsTr("Theme: light"), qsTr("Console"), "sun", "day", { kind: "theme", mode: Theme.Light })
        add(qsTr("Theme: as the system"), qsTr("Console"), "auto", "", { kind: "theme", mode: Theme.System })
        add(qsTr("Keys and help"), qsTr("Console"), "help", "shortcuts", { kind: "help" }, "?")
        for (const name of session.resources) {
            for (const command of session.resource(name).commands) {
                if (command.targets === "none")
                    add(command.title, session.resource(name).title, "right", command.doc, { kind: "command", resource: name, command: command.name })
            }
        }
        if (connector !== null) {
            add(qsTr("Connect to a gateway"), qsTr("Console"), "server", "url token", { kind: "connect" })
            for (let row = 0; row < connector.servers.count; ++row)
                add(connector.servers.urlAt(row), qsTr("Server"), "server", "connect", { kind: "server", url: connector.servers.urlAt(row) })
        }
        return entries
    }

    focus: true

    Rectangle {
        anchors.fill: parent
        color: Theme.surface
    }

    SideBar {
        id: side

        height: parent.height
        session: shell.session
        pages: shell.pages
        current: shell.current
        isNarrow: shell.isNarrow
        onPicked: name => shell.go(name)
        onHelpWanted: help.open()
        onPaletteWanted: palette.open()
        onConnectWanted: if (shell.connector !== null) connectSheet.open()
    }

    StateBanner {
        id: banner

        anchors.left: side.right
        anchors.right: parent.right
        session: shell.session
        canConnect: shell.connector !== null
        onConnectWanted: connectSheet.open()
    }

    PageFrame {
        id: frame

        anchors.left: side.right
        anchors.right: parent.right
        anchors.top: banner.bottom
        anchors.bottom: parent.bottom
        focus: true
        session: shell.session
        current: shell.current
        onNoticed: (text, tone) => toasts.show(text, tone)
        onWanted: (page, what) => shell.go(page, what)
        onCommandWanted: (resource, command, keys) => dialog.ask(resource, command, keys)
    }

    Toasts {
        id: toasts

        anchors.right: parent.right
        anchors.bottom: parent.bottom
        anchors.margins: Theme.gap4
    }

    CommandDialog {
        id: dialog

        session: shell.session
        onNoticed: (text, tone) => toasts.show(text, tone)
    }

    HelpSheet { id: help }

    PaletteSheet {
        id: palette

        onAboutToShow: entries = shell.paletteEntries()
        onChosen: action => shell.perform(action)
    }

    ConnectSheet {
        id: connectSheet

        connector: shell.connector
    }

    ShellKeys {
        isFree: !shell.isBlocked
        isTyping: shell.isTyping
        pageCount: shell.pages.length
        onPaletteWanted: palette.open()
        onHelpWanted: help.open()
        onBackWanted: shell.back()
        onThemeWanted: Theme.mode = (Theme.mode + 1) % 3
        onPageWanted: index => shell.go(shell.pages[index].name)
        onPauseWanted: shell.page.isPaused = !shell.page.isPaused
        onFilterWanted: if (shell.page.filterField !== null) shell.page.filterField.forceActiveFocus(Qt.ShortcutFocusReason)
    }
}
