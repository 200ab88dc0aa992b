// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! One number of now, and the last two minutes behind it.
Rectangle {
    id: tile

    required property StatisticsFeed feed
    required property string name
    property color ink: Theme.accent
    property bool isPaused: false
    property string shown: feed.latestText(name)
    signal picked()

    implicitHeight: 88
    radius: 8
    color: area.containsMouse ? Theme.hover : Theme.raised
    border.color: Theme.line
    Accessible.role: Accessible.StaticText
    Accessible.name: feed.title(name) + " " + shown

    Connections {
        target: tile.feed

        function onAdvanced() {
            if (!tile.isPaused)
                tile.shown = tile.feed.latestText(tile.name)
        }
    }

    Caption {
        x: 14
        y: 10
        width: parent.width - 28
        text: (tile.feed.hasData, tile.feed.title(tile.name))
    }

    Label {
        x: 14
        y: 25
        text: tile.shown
        isNumber: true
        font.pixelSize: 22
        font.weight: Font.Medium
    }

    SeriesPlot {
        x: 1
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 1
        width: parent.width - 2
        height: 26
        feed: tile.feed
        names: [tile.name]
        colors: [tile.ink]
        seconds: 120
        isPaused: tile.isPaused
        lineWidth: 1.4
    }

    MouseArea {
        id: area

        anchors.fill: parent
        hoverEnabled: true
        onClicked: tile.picked()
    }

    Tip {
        text: tile.feed.doc(tile.name)
        visible: area.containsMouse && text.length > 0
        delay: 900
    }
}
