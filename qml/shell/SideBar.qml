// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! Where one can go, who one is and how the connection does.
Rectangle {
    id: bar

    required property Session session
    property var pages: []
    property string current
    property bool isNarrow: false
    signal picked(string name)
    signal helpWanted()
    signal paletteWanted()
    signal connectWanted()

    width: isNarrow ? 56 : 212
    color: Theme.ground

    Rectangle {
        anchors.right: parent.right
        width: 1
        height: parent.height
        color: Theme.line
    }

    Item {
        id: brand

        x: Theme.gap3
        width: parent.width - 2 * Theme.gap3
        height: 56

        Glyph {
            id: logo

            name: "gate"
            width: 24
            height: 24
            x: bar.isNarrow ? Math.round((parent.width - width) / 2) : 7
            anchors.verticalCenter: parent.verticalCenter
            color: Theme.accent
        }

        Column {
            anchors.left: logo.right
            anchors.leftMargin: 10
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            visible: !bar.isNarrow

            Label {
                width: parent.width
                text: bar.session.gateway.length > 0 ? bar.session.gateway : "Tidegate"
                font.weight: Font.DemiBold
                font.pixelSize: Theme.titleSize
            }

            Caption {
                width: parent.width
                text: bar.session.version.length > 0 ? bar.session.version + "  ·  " + bar.session.node : qsTr("console")
            }
        }
    }

    Column {
        id: list

        anchors.top: brand.bottom
        anchors.topMargin: Theme.gap1
        x: Theme.gap2
        width: parent.width - 2 * Theme.gap2
        spacing: 2

        Repeater {
            model: bar.pages

            NavItem {
                required property var modelData
                required property int index

                width: list.width
                text: modelData.title
                glyph: modelData.glyph
                shortcut: String(index + 1)
                badge: modelData.badge
                isNarrow: bar.isNarrow
                checked: modelData.name === bar.current
                onClicked: bar.picked(modelData.name)
            }
        }
    }

    Column {
        id: foot

        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.gap2
        x: Theme.gap2
        width: parent.width - 2 * Theme.gap2
        spacing: 2

        NavItem {
            width: foot.width
            text: qsTr("Find anything")
            glyph: "palette"
            shortcut: "Ctrl+K"
            isNarrow: bar.isNarrow
            onClicked: bar.paletteWanted()
        }

        NavItem {
            width: foot.width
            text: qsTr("Keys and help")
            glyph: "help"
            shortcut: "?"
            isNarrow: bar.isNarrow
            onClicked: bar.helpWanted()
        }

        NavItem {
            readonly property var next: [
                { text: qsTr("Theme: system"), glyph: "auto" },
                { text: qsTr("Theme: dark"), glyph: "moon" },
                { text: qsTr("Theme: light"), glyph: "sun" }
            ]

            width: foot.width
            text: next[Theme.mode].text
            glyph: next[Theme.mode].glyph
            isNarrow: bar.isNarrow
            onClicked: Theme.mode = (Theme.mode + 1) % 3
        }

        Item {
            width: foot.width
            height: Theme.gap2

            Rectangle {
                anchors.verticalCenter: parent.verticalCenter
                width: parent.width
                height: 1
                color: Theme.line
            }
        }

        ConnectionBadge {
            width: foot.width
            session: bar.session
            isNarrow: bar.isNarrow
            onClicked: bar.connectWanted()
        }
    }
}
