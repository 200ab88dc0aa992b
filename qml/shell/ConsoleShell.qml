// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! The whole console as one item, for a window of its own or inside another application.
FocusScope {
    id: shell

    required property Session session
    property string current: "now"
    readonly property bool isNarrow: width < 1000
    readonly property var pages: [
        { name: "now", title: qsTr("Now"), glyph: "now", badge: "" },
        { name: "connections", title: qsTr("Connections"), glyph: "links", badge: "" },
        { name: "channels", title: qsTr("Channels"), glyph: "streams", badge: "" },
        { name: "intents", title: qsTr("Intents"), glyph: "intents", badge: "" },
        { name: "log", title: qsTr("Log & audit"), glyph: "log", badge: "" },
        { name: "policy", title: qsTr("Policy"), glyph: "policy", badge: "" },
        { name: "config", title: qsTr("Config"), glyph: "config", badge: "" }
    ]
    readonly property Item page: frame.currentPage

    function go(name) {
        if (pages.some(page => page.name === name))
            current = name
    }

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
    }

    PageFrame {
        id: frame

        anchors.left: side.right
        anchors.right: parent.right
        height: parent.height
        session: shell.session
        current: shell.current
        onNoticed: (text, tone) => toasts.show(text, tone)
    }

    Toasts {
        id: toasts

        anchors.right: parent.right
        anchors.bottom: parent.bottom
        anchors.margins: Theme.gap4
    }
}
