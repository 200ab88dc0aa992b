// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Tidegate.Console

//! "Would X be allowed?", asked of the gateway's own rules: each role and action at once, and one person if named.
FocusScope {
    id: view

    required property Session session
    readonly property var roles: ["guest", "user", "staff", "admin"]
    readonly property var actions: session ? session.policyActions : []
    readonly property var columns: asked.user.length > 0 ? ["person", "guest", "user", "staff", "admin"] : roles
    readonly property var heads: {
        const corner = [""]
        return corner.concat(columns)
    }
    property var asked: ({ user: "", site: "", channel: "" })
    property string chosen
    readonly property var answer: matrix.answers[chosen]
    readonly property alias filterField: user
    readonly property var actionTexts: ({ subscribe: qsTr("Subscribe"), write: qsTr("Write"), island: qsTr("Load an island"), operate: qsTr("Operate") })

    function ask() {
        asked = { user: user.text.trim(), site: site.text.trim(), channel: channel.text.trim() }
        chosen = columns[0] + "/" + actions[0]
        matrix.ask(asked.user, asked.site, asked.channel)
    }

    function fill(what) {
        user.text = what.user || ""
        site.text = what.site || site.text
        channel.text = what.channel || channel.text
        ask()
    }

    PolicyMatrix {
        id: matrix

        session: view.session
    }

    Column {
        id: column

        width: parent.width
        spacing: Theme.gap4

        Row {
            spacing: Theme.gap3

            Column {
                spacing: 5

                Caption { text: qsTr("Who (mail or id, may be empty)") }

                Field {
                    id: user

                    width: 240
                    glyph: "user"
                    placeholderText: qsTr("any of a role")
                    onAccepted: view.ask()
                }
            }

            Column {
                spacing: 5

                Caption { text: qsTr("Site") }

                Field {
                    id: site

                    width: 140
                    text: "default"
                    onAccepted: view.ask()
                }
            }

            Column {
                spacing: 5

                Caption { text: qsTr("Channel or island") }

                Field {
                    id: channel

                    width: 240
                    glyph: "streams"
                    text: "global"
                    onAccepted: view.ask()
                }
            }

            Column {
                spacing: 5

                Caption { text: " " }

                PushButton {
                    text: qsTr("Ask")
                    kind: PushButton.Kind.Primary
                    enabled: view.session !== null && view.session.isOnline
                    onClicked: view.ask()
                }
            }
        }

        Grid {
            id: grid

            columns: view.columns.length + 1
            columnSpacing: 2
            rowSpacing: 2
            visible: Object.keys(matrix.answers).length > 0

            Repeater {
                model: view.heads

                Label {
                    required property string modelData
                    required property int index

                    width: index === 0 ? 150 : 132
                    height: 30
                    leftPadding: index === 0 ? 0 : 12
                    text: modelData === "person" ? view.asked.user : modelData
                    font.weight: Font.Medium
                    color: Theme.dimText
                }
            }

            Repeater {
                model: view.actions.length * (view.columns.length + 1)

                Item {
                    id: cell

                    required property int index
                    readonly property int column: index % (view.columns.length + 1)
                    readonly property string action: view.actions[Math.floor(index / (view.columns.length + 1))] || ""
                    readonly property string key: column > 0 ? view.columns[column - 1] + "/" + action : ""
                    readonly property var answer: key.length > 0 ? matrix.answers[key] : undefined
                    readonly property bool isAllowed: answer !== undefined && answer.isAllowed === true
                    readonly property bool isUnknown: answer === undefined || answer.error !== undefined

                    width: column === 0 ? 150 : 132
                    height: 40

                    Label {
                        anchors.fill: parent
                        text: view.actionTexts[cell.action] || cell.action
                        font.weight: Font.Medium
                        visible: cell.column === 0
                    }

                    Rectangle {
                        anchors.fill: parent
                        radius: Theme.radius
                        visible: cell.column > 0
                        color: view.chosen === cell.key ? Theme.chosen : area.containsMouse ? Theme.hover : Theme.sunken
                        border.color: view.chosen === cell.key ? Theme.accent : Theme.line

                        Glyph {
                            x: 12
                            width: 14
                            height: 14
                            anchors.verticalCenter: parent.verticalCenter
                            name: cell.isUnknown ? "help" : cell.isAllowed ? "check" : "close"
                            color: Theme.tone(cell.isUnknown ? "quiet" : cell.isAllowed ? "good" : "bad")
                        }

                        Label {
                            x: 34
                            height: parent.height
                            text: cell.answer === undefined ? "…" : cell.isUnknown ? qsTr("unknown") : cell.isAllowed ? qsTr("yes") : qsTr("no")
                        }

                        MouseArea {
                            id: area

                            anchors.fill: parent
                            hoverEnabled: true
                            onClicked: view.chosen = cell.key
                        }

                        Tip {
                            text: cell.answer === undefined ? "" : cell.answer.error || cell.answer.reason
                            visible: area.containsMouse && text.length > 0
                        }
                    }
                }
            }
        }

        Rectangle {
            width: Math.min(680, parent.width)
            height: why.implicitHeight + 28
            radius: 8
            color: Theme.raised
            border.color: Theme.line
            visible: view.answer !== undefined

            Column {
                id: why

                x: 14
                y: 14
                width: parent.width - 28
                spacing: 6

                Label {
                    width: parent.width
                    text: {
                        if (view.answer === undefined)
                            return ""
                        const who = view.chosen.split("/")[0], action = view.chosen.split("/")[1]
                        const name = who === "person" ? view.asked.user : qsTr("A %1").arg(who)
                        const what = (view.actionTexts[action] || action).toLowerCase()
                        return view.answer.error !== undefined ? qsTr("No answer for %1").arg(name)
                            : view.answer.isAllowed ? qsTr("%1 may %2").arg(name).arg(what) : qsTr("%1 may not %2").arg(name).arg(what)
                    }
                    font.pixelSize: Theme.titleSize
                    font.weight: Font.DemiBold
                }

                Label {
                    width: parent.width
                    text: view.answer === undefined ? "" : view.answer.error || view.answer.reason
                    color: Theme.dimText
                    wrapMode: Text.Wrap
                }

                Row {
                    spacing: Theme.gap2
                    visible: view.answer !== undefined && (view.answer.rule || "").length > 0

                    Caption {
                        text: qsTr("decided by")
                        anchors.verticalCenter: parent.verticalCenter
                    }

                    Label {
                        text: view.answer !== undefined ? view.answer.rule || "" : ""
                        isNumber: true
                    }
                }
            }
        }
    }

    StateView {
        anchors.top: column.bottom
        anchors.bottom: parent.bottom
        width: parent.width
        visible: !grid.visible
        glyph: "policy"
        title: view.actions.length > 0 ? qsTr("Who may do what?") : qsTr("Not offered here")
        text: view.actions.length > 0 ? qsTr("Name a site and a channel; the gateway answers with its own rules, for each role and for one person if you name one.") : qsTr("This gateway does not explain its rules.")
    }
}
