// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Tidegate.Console

//! One row in full, beside its table: what it is, what belongs to it, what one can do with it.
FocusScope {
    id: inspector

    required property Session session
    property string resource
    property string key
    property string title
    //! Further views: maps {value, text, component}; a component reads the inspector's key.
    property var views: []
    property string view: "facts"
    readonly property alias detail: detail
    readonly property var about: session && resource.length > 0 ? (session.role, session.resource(resource)) : ({})
    readonly property var commands: about.commands || []
    readonly property var allViews: {
        const facts = [{ value: "facts", text: qsTr("Details") }]
        return facts.concat(inspector.views)
    }
    signal closed()
    signal commandWanted(string command)
    signal copied(string what)

    Rectangle {
        anchors.fill: parent
        color: Theme.raised
    }

    Rectangle {
        width: 1
        height: parent.height
        color: Theme.line
    }

    // The wheel and clicks belong to this pane, also where it is empty.
    MouseArea {
        anchors.fill: parent
        acceptedButtons: Qt.AllButtons
        onWheel: wheel => wheel.accepted = true
    }

    RowDetail {
        id: detail

        session: inspector.session
        resource: inspector.resource
        key: inspector.key
    }

    Item {
        id: head

        x: Theme.gap4
        width: parent.width - 2 * Theme.gap4
        height: 58

        Column {
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - buttons.width - Theme.gap2

            Caption { text: inspector.title; width: parent.width }

            Label {
                width: parent.width
                text: inspector.key
                isNumber: true
                font.pixelSize: Theme.bodySize
                font.weight: Font.Medium
                elide: Text.ElideMiddle
            }
        }

        Row {
            id: buttons

            anchors.right: parent.right
            anchors.rightMargin: -6
            anchors.verticalCenter: parent.verticalCenter

            PushButton {
                kind: PushButton.Kind.Quiet
                glyph: "copy"
                tip: qsTr("Copy as JSON")
                onClicked: {
                    Clipboard.setText(Format.json(detail.row))
                    inspector.copied(qsTr("Copied as JSON"))
                }
            }

            PushButton {
                kind: PushButton.Kind.Quiet
                glyph: "close"
                tip: qsTr("Close")
                shortcut: "Esc"
                onClicked: inspector.closed()
            }
        }
    }

    Flow {
        id: actions

        anchors.top: head.bottom
        x: Theme.gap4
        width: parent.width - 2 * Theme.gap4
        spacing: Theme.gap2
        bottomPadding: visible ? Theme.gap2 : 0
        visible: inspector.commands.length > 0

        Repeater {
            model: inspector.commands

            PushButton {
                required property var modelData

                text: modelData.title
                tip: modelData.doc
                implicitHeight: 26
                onClicked: inspector.commandWanted(modelData.name)
            }
        }
    }

    Tabs {
        id: tabs

        anchors.top: actions.visible ? actions.bottom : head.bottom
        x: Theme.gap4
        width: parent.width - 2 * Theme.gap4
        tabs: inspector.allViews
        value: inspector.view
        visible: inspector.views.length > 0
        onPicked: value => inspector.view = value
    }

    Item {
        id: body

        anchors.top: tabs.visible ? tabs.bottom : actions.visible ? actions.bottom : head.bottom
        anchors.bottom: parent.bottom
        width: parent.width

        Flickable {
            id: scroll

            anchors.fill: parent
            anchors.leftMargin: Theme.gap4
            contentHeight: facts.height + 2 * Theme.gap2
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            visible: inspector.view === "facts" && detail.state === RowDetail.Ready
            T.ScrollBar.vertical: ScrollLine {}

            FactList {
                id: facts

                y: Theme.gap2
                width: scroll.width - Theme.gap4
                facts: detail.facts
            }
        }

        StateView {
            anchors.fill: parent
            visible: inspector.view === "facts" && detail.state !== RowDetail.Ready
            isBusy: detail.state === RowDetail.Loading
            glyph: "warning"
            tone: detail.state === RowDetail.Failed ? "bad" : "quiet"
            title: detail.state === RowDetail.Failed ? qsTr("Cannot be shown") : qsTr("Loading")
            text: detail.errorText
            actionText: detail.state === RowDetail.Failed ? qsTr("Try again") : ""
            onActed: detail.reload()
        }

        Loader {
            readonly property var chosen: inspector.views.find(view => view.value === inspector.view)

            anchors.fill: parent
            active: chosen !== undefined
            sourceComponent: chosen !== undefined ? chosen.component : null
        }
    }
}
